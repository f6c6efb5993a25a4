// node bench/sse/subscribers.mjs [idle] [busy] [choices]: what streams cost the built server, on Linux.
// Idle streams watch downloads while nothing happens; busy ones all read one long answer as it is generated.
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from './server.mjs'
import { openStreams } from './streams.mjs'

/** `choices` are the answers of the generation that is read, one after the other. */
const [idle = 10_000, busy = 1000, choices = 40] = process.argv.slice(2).map(Number)
/** Answers of another generation that keeps the model busy until all readers are there: as many as one may have. */
const HELD_UP_BY = 128
/** Long enough for each idle stream to get at least one comment. */
const WATCH_MS = 20_000

for (const measure of [measureIdle, measureBusy]) {
  // Each on a server of its own: memory that was used once is not given back at once.
  const server = await startServer(idle + busy + 10)
  try {
    console.table(await measure(server))
  } finally {
    await server.stop()
  }
}

async function measureIdle(server) {
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
  comments = 0
  await sleep(WATCH_MS)
  const row = {
    streams: idle,
    'opened a second': Math.round(idle / (opening / 1000)),
    'KB each': kilobytes(server.memory() - before, idle),
    'CPU %': percent(server.cpu() - cpu, WATCH_MS),
    'frames a second': Math.round(comments / (WATCH_MS / 1000)),
  }
  for (const stream of streams) stream.close()
  return { [`${idle} idle`]: row }
}

async function measureBusy(server) {
  // The model is loaded before, so that its worker does not start while memory is looked at.
  await (await startAnswer(server, 1)).ended
  const before = server.memory()
  const ahead = await startAnswer(server, HELD_UP_BY)
  const answer = await startAnswer(server, choices)
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
  ahead.stop()
  let most = server.memory()
  const sampler = setInterval(() => {
    most = Math.max(most, server.memory())
  }, 100)
  await answer.ended
  clearInterval(sampler)
  await Promise.all(streams.map((stream) => stream.ended))
  const elapsed = performance.now() - started
  const spreads = [...arrivals]
    .filter(([, { count }]) => count > busy / 2)
    .map(([, { first, last }]) => last - first)
    .sort((a, b) => a - b)
  const row = {
    streams: busy,
    'KB each': kilobytes(most - before, busy),
    'CPU %': percent(server.cpu() - cpu, elapsed),
    'frames a second': Math.round((frames - framesBefore) / (elapsed / 1000)),
    'MB in all': Math.round(bytes / 1e6),
    'first to last reader, median ms': Math.round(spreads[Math.floor(spreads.length / 2)] ?? 0),
  }
  return { [`${busy} busy`]: row }
}

/** Starts one long answer and reads it, so that it goes on. */
function startAnswer(server, choices) {
  const body = {
    model: 'storyteller',
    messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
    n: choices,
    max_tokens: 400,
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
        if (response.statusCode !== 200)
          reject(new Error(`An answer of ${choices} choices was answered ${response.statusCode}.`))
        // Whoever stops one breaks its connection.
        response.on('error', () => {})
        const ended = new Promise((end) => response.once('close', end))
        resolve({ id: response.headers['x-generation-id'], ended, stop: () => call.destroy() })
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
