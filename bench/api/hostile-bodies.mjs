// node bench/api/hostile-bodies.mjs: how long bodies that are made to hurt keep the built server from others.
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../sse/server.mjs'

const MIB = 1024 * 1024
const list = (entry, count) => Array(count).fill(entry).join(',')
const names = (count) => Array.from({ length: count }, (_, index) => `"a${index}":1`).join(',')
const chat = (messages) => `{"model":"storyteller","messages":[${messages}]}`
const user = (content) => chat(`{"role":"user","content":${content}}`)

const BODIES = {
  'empty objects, 16 MiB': chat(list('{}', 5_500_000)),
  'empty lists, 16 MiB': `[${list('[]', 5_500_000)}]`,
  'commas, 16 MiB': `[${','.repeat(16 * MIB - 2)}]`,
  'numbers, 16 MiB': `{"model":"m","prompt":[${list('1', 8_000_000)}]}`,
  'digits, 16 MiB': '1'.repeat(16 * MIB),
  'open lists, 16 MiB': '['.repeat(16 * MIB),
  'names, 200,000': `{${names(200_000)}}`,
  'biases, 50,000': `{"model":"m","messages":[],"logit_bias":{${names(50_000)}}}`,
  'wrong parts, 9,000': user(`[${list('{"a":1}', 9000)}]`),
  'wrong parts, 60,000': user(`[${list('{"a":1}', 60_000)}]`),
  'right messages, then a wrong one': chat(`${list('{"role":"user","content":"a"}', 9900)},{}`),
  'a text, 16 MiB, cut': user(`"${'\\n'.repeat(7 * MIB)}`),
}

const server = await startServer(10)
const base = `http://127.0.0.1:${server.port}`
const post = (body) =>
  fetch(`${base}/v1/chat/completions`, { method: 'POST', headers: server.headers, body })
try {
  // The first request loads code.
  await (await post('{}')).text()
  const rows = {}
  for (const [name, body] of Object.entries(BODIES)) {
    const watch = watchOthers()
    const started = performance.now()
    const response = await post(body)
    const ms = Math.round(performance.now() - started)
    const { error } = await response.json()
    rows[name] = {
      KiB: Math.round(body.length / 1024),
      status: response.status,
      code: error?.code,
      'ms to the answer': ms,
      'ms that others waited': await watch.longest(),
      'MiB of memory': Math.round(server.memory() / MIB),
    }
  }
  console.table(rows)
} finally {
  await server.stop()
}

/** Asks for `/healthz` all the time, as somebody else would. */
function watchOthers() {
  let longest = 0
  let over = false
  const asking = (async () => {
    while (!over) {
      const started = performance.now()
      await (await fetch(`${base}/healthz`)).text()
      longest = Math.max(longest, performance.now() - started)
      await sleep(1)
    }
  })()
  return {
    longest: async () => {
      over = true
      await asking
      return Math.round(longest)
    },
  }
}
