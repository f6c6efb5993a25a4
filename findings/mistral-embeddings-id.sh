#!/usr/bin/env bash
# @mistralai/mistralai 2.7.0: embeddings exactly as OpenAI answers them are refused.
#
# Expected: the answer of POST /v1/embeddings in OpenAI's form is taken, as chat completions in OpenAI's form are.
# Seen: the client validates the answer and wants a text `id` in it, which OpenAI's answer has not.
# A server that wants to serve both clients adds an `id`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm pkg set type=module >/dev/null
npm install --no-audit --no-fund --loglevel=error @mistralai/mistralai@2.7.0 >/dev/null
cat > run.js <<'JS'
import { embeddingResponseFromJSON } from '@mistralai/mistralai/models/components/index.js'
const answer = { object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], usage: { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 } }
for (const body of [answer, { id: 'embd-1', ...answer }]) console.log('id' in body ? 'with id:' : 'without id:', embeddingResponseFromJSON(JSON.stringify(body)).ok)
JS
seen=$(node run.js 2>&1)
expected=$'without id: false\nwith id: true'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
