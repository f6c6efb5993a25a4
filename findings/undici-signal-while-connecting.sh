#!/usr/bin/env bash
# undici 7.30.2: the signal of a request is not heard while its connection is being made.
#
# Expected: the promise rejects with the reason of the signal as soon as that aborts.
# Seen: with a name lookup that has not answered yet, it rejects only when undici's own limit for connecting is over
# (here set to 3 s), with that limit's error. To cancel at once, race the request with the signal.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm pkg set type=module >/dev/null
npm install --no-audit --no-fund --loglevel=error undici@7.30.2 >/dev/null
cat > run.js <<'JS'
import { Agent, request } from 'undici'
const alive = setInterval(() => {}, 1000)
const dispatcher = new Agent({ connect: { lookup: () => {}, timeout: 3000 } })
const started = performance.now()
const error = await request('http://example.test/', { dispatcher, signal: AbortSignal.timeout(300) }).catch((reason) => reason)
console.log(error.code, performance.now() - started > 2500 ? 'after the limit for connecting' : 'when the signal aborted')
clearInterval(alive)
process.exit()
JS
seen=$(node run.js 2>&1)
expected='UND_ERR_CONNECT_TIMEOUT after the limit for connecting'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
