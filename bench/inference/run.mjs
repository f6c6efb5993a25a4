// Tokens a second through HTTP at 1, 4 and 16 streams, of Storyteller and of a model with random weights.
//   node bench/inference/run.mjs [--models storyteller,random] [--parameters 182M] [--streams 1,4,16] [--tokens 128]
//     [--rounds 3] [--llama-server PATH]
// With the path of llama.cpp's server, the same load runs against it on the same files, and the table has the ratios.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeRandomModel } from './random-model.mjs'
import { startLlamaServer, startRunnel } from './targets.mjs'

const storyteller = fileURLToPath(
  new URL('../../models/storyteller/storyteller.gguf', import.meta.url),
)
const { values: options } = parseArgs({
  options: {
    parameters: { type: 'string', default: '182M' },
    streams: { type: 'string', default: '1,4,16' },
    tokens: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '3' },
    models: { type: 'string', default: 'storyteller,random' },
    'llama-server': { type: 'string' },
  },
})
const counts = options.streams.split(',').map(Number)
const parallel = Math.max(...counts)
const dataDir = mkdtempSync(join(tmpdir(), 'runnel-bench-'))

try {
  for (const model of options.models.split(','))
    if (model === 'random') await compareRandom()
    else await compare('Storyteller', 'storyteller', storyteller)
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

async function compareRandom() {
  const folder = join(dataDir, 'models', 'hf', 'bench', 'random')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'random-Q4_0.gguf')
  const shape = writeRandomModel(file, { parameters: toNumber(options.parameters), storyteller })
  const size = `${Math.round(shape.parameters / 1e6)}M parameters, Q4_0`
  await compare(`Random weights, ${size}`, 'bench/random:Q4_0', file)
}

async function compare(title, model, file) {
  const path = options['llama-server']
  const threads = path ? [...new Set([1, availableParallelism()])] : []
  const targets = []
  try {
    // Runnel first: it measures its plan while nothing else runs.
    for (const start of [
      () => startRunnel({ dataDir, model, parallel }),
      ...threads.map((count) => () => startLlamaServer({ path, file, parallel, threads: count })),
    ]) {
      const target = await start()
      targets.push(target)
      await load(target, parallel, 0)
    }
    print(title, await measure(targets))
  } finally {
    for (const target of targets) await target.stop()
  }
}

/**
 * Of each target, for each number of streams, the median over the rounds of tokens a second. The targets take turns, so
 * that what else the machine does meets all of them alike.
 */
async function measure(targets) {
  const names = await Promise.all(targets.map((target) => target.name()))
  const measured = names.map((name) => ({ name, speeds: [] }))
  for (const count of counts) {
    const rounds = targets.map(() => [])
    for (let round = 1; round <= Number(options.rounds); round++)
      for (const [index, target] of targets.entries())
        rounds[index].push(await load(target, count, round))
    for (const [index, speeds] of rounds.entries())
      measured[index].speeds.push(speeds.sort((a, b) => a - b)[Math.floor(speeds.length / 2)])
  }
  return measured
}

/** Runs `count` streams side by side; tokens a second of all together. */
async function load(target, count, round) {
  const began = performance.now()
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, stream) =>
      target.generate(`Once upon a time, ${stream}`, Number(options.tokens), round * 100 + stream),
    ),
  )
  return (tokens.reduce((sum, each) => sum + each, 0) * 1000) / (performance.now() - began)
}

function print(title, [runnel, ...others]) {
  console.log(`\n${title}: tokens a second at ${counts.join(', ')} streams`)
  for (const { name, speeds } of [runnel, ...others])
    console.log(
      `  ${name.padEnd(24)}${speeds.map((speed) => speed.toFixed(0).padStart(8)).join('')}`,
    )
  if (others.length === 0) return
  const ratios = runnel.speeds.map(
    (speed, index) => speed / Math.max(...others.map(({ speeds }) => speeds[index])),
  )
  const columns = ratios.map((ratio) => ratio.toFixed(2).padStart(8)).join('')
  console.log(`  ${'ratio to its best'.padEnd(24)}${columns}`)
}

function toNumber(text) {
  const units = { K: 1e3, M: 1e6, B: 1e9 }
  return Number.parseFloat(text) * (units[text.at(-1).toUpperCase()] ?? 1)
}
