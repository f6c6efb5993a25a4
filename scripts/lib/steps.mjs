// What `npm start` and `npm test` do before anything is installed: only Node's built-ins here.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a build depends on, as paths below the root. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'instrumentation.ts',
  'next.config.ts',
  'package-lock.json',
  'postcss.config.mjs',
  'proxy.ts',
  'public',
  'scripts/build.mjs',
  'scripts/lib/llama-worker.mjs',
  'scripts/lib/standalone.mjs',
  'tsconfig.json',
]

/** Has the digest of the sources of the last whole build. */
const BUILT = '.next/runnel-built'

/** Ends the process with one sentence. */
export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Refuses a Node that is older than package.json asks for. */
export function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = engines.node.replace('>=', '')
  const [major, minor] = wanted.split('.').map(Number)
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return
  fail(
    `Runnel needs Node.js ${wanted} or newer, and this is ${process.versions.node}: install a newer one from nodejs.org.`,
  )
}

/** Says what happens and how long it took; the output of the command is shown only when it fails. */
export async function step(label, command, args, env = {}) {
  if (!(await tryStep(label, command, args, env))) fail(`${label} failed: the reason is above.`)
}

/** The same for what can be done without: says whether it succeeded. */
export async function tryStep(label, command, args, env = {}) {
  process.stdout.write(`${label}…`)
  const { succeeded, howLong, output } = await timed(command, args, env)
  console.log(` ${howLong}`)
  if (!succeeded) console.error(output)
  return succeeded
}

/** Steps that need nothing of one another, side by side: each says how it went when it ends, so that no lines mix. */
export async function stepsTogether(...steps) {
  const ends = steps.map(async ([label, command, args]) => {
    const { succeeded, howLong, output } = await timed(command, args, {})
    console.log(`${label}… ${howLong}`)
    if (!succeeded) console.error(output)
    return succeeded ? [] : [label]
  })
  const failed = (await Promise.all(ends)).flat()
  if (failed.length > 0) fail(`Failed, for the reasons above: ${failed.join(', ').toLowerCase()}.`)
}

async function timed(command, args, env) {
  const started = Date.now()
  const { code, output } = await run(command, args, env)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const succeeded = code === 0
  return {
    succeeded,
    output,
    howLong: succeeded ? `done in ${seconds} s` : `failed after ${seconds} s`,
  }
}

function run(command, args, env) {
  return new Promise((resolve) => {
    const ownGroup = process.platform !== 'win32'
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
    })
    const stopListening = onStopSignal(() => {
      // With what it has started, which would go on by itself; and npm ends an installation whatever it is told. A
      // step that was cut off is done again from its beginning.
      if (ownGroup) process.kill(-child.pid, 'SIGKILL')
      else child.kill('SIGKILL')
      // Not at once: steps that run beside this one are to be ended too.
      setImmediate(() => {
        console.log(' stopped')
        process.exit(1)
      })
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += chunk))
    const end = (result) => {
      stopListening()
      resolve(result)
    }
    child.on('error', (error) => end({ code: 1, output: error.message }))
    child.on('close', (code) => end({ code: code ?? 1, output }))
  })
}

/** Calls `stop` when somebody wants this process to end; returns how to take that back. */
function onStopSignal(stop) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.once(signal, stop)
  return () => {
    for (const signal of signals) process.removeListener(signal, stop)
  }
}

/** Installs what the lockfile names, unless that has been done for this lockfile and this Node. */
export async function ensureInstalled() {
  const wanted = digest(
    ['package-lock.json', 'package.json'],
    process.versions.modules,
    process.arch,
  )
  if (isStamped('node_modules/.runnel-installed', wanted)) return
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  // A lockfile that was written on another system can lack this one's optional packages, and then `ci` refuses.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const script = `${npm} ci ${flags.join(' ')} || ${npm} install ${flags.join(' ')}`
  await step('Installing packages', process.platform === 'win32' ? 'cmd' : 'sh', [
    process.platform === 'win32' ? '/c' : '-c',
    script,
  ])
  stamp('node_modules/.runnel-installed', wanted)
}

/** Builds the app and the workers, unless the sources are those of the last build. */
export async function ensureBuilt() {
  const workers = ['llama-worker', 'testBindingBinary', 'hash-worker', 'search-worker']
  const built = workers.every((name) => existsSync(join(root, `dist/${name}.mjs`)))
  if (built && isStamped(BUILT, digestOfSources())) return
  await step('Building', process.execPath, ['scripts/build.mjs'], { NODE_ENV: 'production' })
}

/** Call it before a build; call what it returns when that is done, so that the next start does not build again. */
export function beginBuild() {
  const wanted = digestOfSources()
  return () => stamp(BUILT, wanted)
}

function digestOfSources() {
  return digest(SOURCES, process.versions.node.split('.')[0])
}

function digest(paths, ...extra) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesBelow).sort())
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.update(extra.join(' ')).digest('hex')
}

function filesBelow(path) {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (!statSync(full).isDirectory()) return [path]
  return readdirSync(full).flatMap((name) => filesBelow(`${path}/${name}`))
}

function isStamped(path, wanted) {
  return existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === wanted
}

function stamp(path, value) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), value)
}
