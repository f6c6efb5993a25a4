#!/usr/bin/env bash
# openai 6.49.0: the streaming helper joins the fields of a delta that it knows, and keeps the last piece of the others.
#
# Expected: `reasoning_content`, in which several engines stream thoughts, is joined as `content` is, or is not there.
# Seen: the final message of `stream()`, and so of `runTools({ stream: true })`, has its last piece only, which passes
# for a short thought. Whoever wants the thought must join the chunks.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm pkg set type=module >/dev/null
npm install --no-audit --no-fund --loglevel=error openai@6.49.0 >/dev/null
cat > run.js <<'JS'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
const line = (delta, finish_reason = null) => JSON.stringify({ id: 'a', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, finish_reason }] })
const lines = [line({ role: 'assistant', reasoning_content: 'One ' }), line({ reasoning_content: 'two.' }), line({ content: 'Three ' }), line({ content: 'four.' }), line({}, 'stop')]
const message = await ChatCompletionStream.fromReadableStream(new Blob([lines.join('\n')]).stream()).finalMessage()
console.log(`content: ${message.content}`)
console.log(`reasoning_content: ${message.reasoning_content}`)
JS
seen=$(node run.js 2>&1)
expected=$'content: Three four.\nreasoning_content: two.'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
