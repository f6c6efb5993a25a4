// node bench/sse/subscribers.mjs [idle] [busy]: what streams cost the built server, on Linux.
// Idle streams watch downloads while nothing happens; busy ones all read one long answer as it is generated.
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from './server.mjs'
import { openStreams } from './streams.mjs'

const [idle = 10_000, busy = 1000] = process.argv.slice(2).map(Number)
/** Long enough for each idle stream to get at least one comment. */
const WATCH_MS = 20_000
/** Answers of one generation, one after the other, so that it lasts while its readers come. */
const CHOICES = 12

const server = await startServer(idle + busy + 10)
try {
  const rows = [await measureIdle(), await measureBusy()]
  console.table(Object.assign({}, ...rows))
} finally {
  await server.stop()
}

async function measureIdle() {
  // The first requests load code; they are not what is measured.
  for (const stream of await openStreams(server, '/v1/models/download/progress', 100))
    stream.close()
  await sleep(1000)
  const before = server.memory()
  const started = performance.now()
  let comments = 0
  const streams = await openStreams(server, '/v1/models/download/progress', idle, (_, chunk) => {
    if (chunk.includes('keep-alive')) comments += 1
  })
  const opening = performance.now() - started
  const cpu = server.cpu()
  await sleep(WATCH_MS)
  const row = {
    streams: idle,
    'opened a second': Math.round(idle / (opening / 1000)),
    'KB each': kilobytes(server.memory() - before, idle),
    'CPU %': percent(server.cpu() - cpu, WATCH_MS),
    'frames a second': Math.round(comments / (WATCH_MS / 1000)),
  }
  for (const stream of streams) stream.close()
  await sleep(3000)
  return { [`${idle} idle`]: row }
}

async function measureBusy() {
  const before = server.memory()
  const answer = await startAnswer()
  const arrivals = new Map()
  let frames = 0
  let bytes = 0
  const streams = await openStreams(
    server,
    `/v1/generations/${answer.id}/stream`,
    busy,
    (_, chunk) => {
      bytes += chunk.length
      const ids = chunk.toString().match(/^id: .+$/gm) ?? []
      frames += ids.length
      const newest = ids.at(-1)
      if (newest) note(arrivals, newest)
    },
  )
  const [cpu, started, framesBefore] = [server.cpu(), performance.now(), frames]
  const caughtUp = new Set(arrivals.keys())
  await answer.ended
  await Promise.all(streams.map((stream) => stream.ended))
  const elapsed = performance.now() - started
  const spreads = [...arrivals]
    .filter(([id, { count }]) => !caughtUp.has(id) && count > busy / 2)
    .map(([, { first, last }]) => last - first)
    .sort((a, b) => a - b)
  const row = {
    streams: busy,
    'KB each': kilobytes(server.memory() - before, busy),
    'CPU %': percent(server.cpu() - cpu, elapsed),
    'frames a second': Math.round((frames - framesBefore) / (elapsed / 1000)),
    'MB in all': Math.round(bytes / 1e6),
    'first to last reader, median ms': Math.round(spreads[Math.floor(spreads.length / 2)] ?? 0),
  }
  return { [`${busy} busy`]: row }
}

/** Starts one long answer and reads it, so that it goes on. */
function startAnswer() {
  const body = {
    model: 'storyteller',
    messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
    n: CHOICES,
    stream: true,
  }
  return new Promise((resolve, reject) => {
    const call = request(
      {
        port: server.port,
        host: '127.0.0.1',
        path: '/v1/chat/completions',
        method: 'POST',
        headers: server.headers,
      },
      (response) => {
        response.resume()
        const ended = new Promise((end) => response.once('close', end))
        resolve({ id: response.headers['x-generation-id'], ended })
      },
    )
    call.on('error', reject)
    call.end(JSON.stringify(body))
  })
}

function note(arrivals, id) {
  const now = performance.now()
  const known = arrivals.get(id)
  if (!known) arrivals.set(id, { first: now, last: now, count: 1 })
  else {
    known.last = now
    known.count += 1
  }
}

function kilobytes(bytes, count) {
  return Math.round(bytes / 1024 / count)
}

function percent(cpuSeconds, ms) {
  return Math.round((cpuSeconds / (ms / 1000)) * 100)
}
