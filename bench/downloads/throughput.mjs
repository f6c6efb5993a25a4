// Compares the download engine with curl, on loopback and in turns:
// node bench/downloads/throughput.mjs [--rounds 5] [--mib 1024] [--connections 4] [--dir /tmp]
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mib: { type: 'string', default: '1024' },
    connections: { type: 'string', default: '4' },
    dir: { type: 'string', default: tmpdir() },
  },
})
const folder = mkdtempSync(join(values.dir, 'runnel-throughput-'))
const here = import.meta.dirname
await build({
  entryPoints: {
    serve: join(here, 'serve.ts'),
    fetch: join(here, 'fetch.ts'),
    'hash-worker': join(here, '../../lib/downloads/hash/hash-worker.ts'),
  },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Packages of the older kind are bundled, too.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
  },
  logLevel: 'error',
})

const bytes = Number(values.mib) * 1024 * 1024
const server = spawn(process.execPath, [join(folder, 'serve.mjs'), String(bytes)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const told = () =>
  new Promise((resolve) => {
    server.stdout.once('data', (line) => resolve(JSON.parse(line)))
  })
const served = await told()

const out = join(folder, 'out')
const clean = () => {
  for (const name of [out, `${out}.part`, `${out}.part.journal`]) rmSync(name, { force: true })
  // What the disk still does about the last file would be counted against the next one.
  execFileSync('sync')
}
const seconds = (run) => {
  clean()
  const started = performance.now()
  run()
  return (performance.now() - started) / 1000
}
const engine = () => {
  clean()
  const args = [join(folder, 'fetch.mjs'), JSON.stringify(served), out, values.connections]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}
const curl = () => execFileSync('curl', ['-sSfL', '-o', out, served.url])

const rounds = []
for (let round = 0; round < Number(values.rounds); round++) {
  const alone = seconds(curl)
  const synced = seconds(() => {
    curl()
    execFileSync('sync', ['-d', out])
  })
  const ours = engine()
  rounds.push({ alone, synced, ...ours })
  console.log(
    `curl ${alone.toFixed(2)} s, curl and sync ${synced.toFixed(2)} s, Runnel ${ours.seconds.toFixed(2)} s` +
      ` (${ours.cpu.toFixed(2)} s CPU, ${ours.rssMiB.toFixed(0)} MiB)`,
  )
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const ratio = (key) => median(rounds.map((round) => round[key] / round.seconds)).toFixed(2)
console.log(
  `Throughput as a ratio, medians: ${ratio('alone')} of curl, ${ratio('synced')} of curl that brings the file to the disk too.`,
)
server.kill()
const { cpu } = await told()
const gib = (rounds.length * 3 * bytes) / 1024 ** 3
console.log(`The server took ${(cpu / gib).toFixed(2)} s of CPU for each GiB.`)
rmSync(folder, { recursive: true })
