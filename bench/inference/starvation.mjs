// What a second client gets beside long streams, through HTTP. By hand: it asks for a quiet machine to mean anything.
//   node bench/inference/starvation.mjs [--streams 2] [--requests 40] [--parallel 4]
// Long streams of a model that does not end keep sequences busy; short answers, answers that are given up and texts that
// are tokenized come one after the other beside them. Prints how long each kind waited, and fails when a stream ended by
// itself before the rest was served, or when something that was given up keeps its slot.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeRandomModel } from './random-model.mjs'
import { startRunnel } from './targets.mjs'

const storyteller = fileURLToPath(
  new URL('../../models/storyteller/storyteller.gguf', import.meta.url),
)
const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '2' },
    requests: { type: 'string', default: '40' },
    parallel: { type: 'string', default: '4' },
  },
})
const [streams, requests, parallel] = [values.streams, values.requests, values.parallel].map(Number)
const dataDir = mkdtempSync(join(tmpdir(), 'runnel-bench-'))
const model = 'endless'

try {
  mkdirSync(join(dataDir, 'models'), { recursive: true })
  writeRandomModel(join(dataDir, 'models', `${model}.gguf`), {
    parameters: 20e6,
    vocabulary: 2048,
    storyteller,
    recital: { pieces: ['<on>', '<and>'], again: 0 },
  })
  const server = await startRunnel({ dataDir, model, parallel, contextSize: 4096 })
  try {
    await run(server)
  } finally {
    await server.stop()
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

async function run({ fetch: call }) {
  const infer = (body, signal) =>
    call('/v1/infer', { model, stream: true, ...body }, signal).then(readEvents)
  await infer({ prompt: 'Load', max_tokens: 1 })
  const leave = new AbortController()
  let endedEarly = 0
  const long = Array.from({ length: streams }, (_, number) =>
    infer({ prompt: `Long ${number}` }, leave.signal).then(
      () => endedEarly++,
      () => undefined,
    ),
  )
  const waits = { short: [], 'given up': [], tokenized: [] }
  const timed = async (kind, work) => {
    const began = performance.now()
    await work()
    waits[kind].push(performance.now() - began)
  }
  for (let number = 0; number < requests; number++) {
    await timed('short', () => infer({ prompt: `${number} short`, max_tokens: 4 }))
    await timed('given up', async () => {
      const gone = new AbortController()
      const asked = infer({ prompt: `${number} given up` }, gone.signal).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, number % 7))
      gone.abort()
      await asked
      await untilActive(call, streams)
    })
    await timed('tokenized', () => call('/v1/tokenize', { model, text: `Text ${number}` }))
  }
  const early = endedEarly
  leave.abort()
  await Promise.all(long)
  for (const [kind, times] of Object.entries(waits)) {
    times.sort((a, b) => a - b)
    const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(0)
    console.log(`${kind.padEnd(10)} median ${at(0.5)} ms, 90 % ${at(0.9)} ms, longest ${at(1)} ms`)
  }
  if (early > 0) throw new Error(`${early} of the long streams ended before the rest was served.`)
}

async function untilActive(call, count) {
  for (let tries = 0; tries < 500; tries++) {
    const { loaded } = await (await call(`/v1/models/${model}`)).json()
    if (loaded.active <= count && loaded.queued === 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('What was given up keeps its slot.')
}

async function readEvents(response) {
  if (!response.ok) throw new Error(await response.text())
  for await (const _ of response.body);
}
