#!/usr/bin/env bash
# @huggingface/gguf 0.4.6: a GGUF file that is cut inside its header is read without an error.
#
# Expected: an error, since the header promises more bytes than the file has.
# Seen: the reader fills a buffer of zeros piece by piece and never looks where the file ended, so what is missing reads
# as empty names and zeros. Ten bytes that promise 47 tensors give 47 tensors without a name.
# Whoever checks a download with it has to compare the file's length with the extent of the tensors.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm pkg set type=module >/dev/null
npm install --no-audit --no-fund --loglevel=error @huggingface/gguf@0.4.6 >/dev/null
cat > run.js <<'JS'
import { writeFileSync } from 'node:fs'
import { gguf } from '@huggingface/gguf'
const head = Buffer.alloc(10)
head.write('GGUF')
head.writeUInt32LE(3, 4) // the version
head.writeUInt8(47, 8) // the first byte of the number of tensors; the other seven are missing
writeFileSync('cut.gguf', head)
const { tensorInfos } = await gguf('cut.gguf', { allowLocalFile: true })
console.log(`${tensorInfos.length} tensors, the first: name ${JSON.stringify(tensorInfos[0].name)}, shape ${JSON.stringify(tensorInfos[0].shape)}`)
JS
seen=$(node run.js 2>&1)
expected='47 tensors, the first: name "", shape []'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
