// Queues references that fail on the built server and watches how it answers meanwhile; run it by queue.mjs.
import { startHub } from '../../tests/support/hub/hub'
import { startServer } from '../../tests/support/server'

const PATH = '/v1/models/download'
/** Starts that are under way at once. */
const CLIENTS = 32
const count = Number(process.argv[2] ?? 1000)

const hub = await startHub()
const server = await startServer({ env: hub.env })
const headers = { Authorization: `Bearer ${server.key}`, 'Content-Type': 'application/json' }
const feed = await fetch(`${server.url}${PATH}/progress`, { headers })
let events = 0
const reading = readAll(feed.body)

let next = 0
const answers = new Map<number, number>()
const from = performance.now()
await Promise.all(Array.from({ length: CLIENTS }, start))
const startedMs = performance.now() - from

let slowestMs = 0
for (;;) {
  const askedAt = performance.now()
  const { downloads } = await server.json<{ downloads: { status: string }[] }>(PATH)
  slowestMs = Math.max(slowestMs, performance.now() - askedAt)
  if (downloads.every(({ status }) => status === 'failed')) break
  await new Promise((resolve) => setTimeout(resolve, 50))
}
const doneMs = performance.now() - from
await server.dispose()
await reading.catch(() => undefined)
await hub.stop()
const answered = [...answers].map(([status, times]) => `${times} × ${status}`).join(', ')
console.log(`${count} starts were answered in ${seconds(startedMs)}: ${answered}.`)
console.log(`All had failed after ${seconds(doneMs)}; the slowest list took ${seconds(slowestMs)}.`)
console.log(`One reader of the feed got ${events} events.`)

async function start(): Promise<void> {
  while (next < count) {
    const body = JSON.stringify({ model_ref: `hf:nobody/missing-${next++}` })
    const response = await fetch(`${server.url}${PATH}`, { method: 'POST', headers, body })
    await response.body?.cancel()
    answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
  }
}

async function readAll(body: ReadableStream<Uint8Array> | null): Promise<void> {
  const decoder = new TextDecoder()
  for await (const bytes of body ?? [])
    events += decoder.decode(bytes, { stream: true }).split('\nevent: ').length - 1
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
