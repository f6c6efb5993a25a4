// `npm start`: installs and builds what is missing, then serves until it is stopped.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { checkNode, ensureBuilt, ensureInstalled, fail, root } from './lib/steps.mjs'

checkNode()
endWithNpm()
readEnvFile()
const port = readPort()
const host = readHost()
await checkPortIsFree()
await ensureInstalled()
await ensureBuilt()
serve()

/** A signal to npm ends npm and its shell, and would leave this process behind: so it looks whether that shell is there. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event !== 'start') return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

/** Next reads `.env` for the server; where to listen is decided here, before Next runs. */
function readEnvFile() {
  const path = join(root, '.env')
  if (!existsSync(path)) return
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const [, name, value] = /^(PORT|HOSTNAME)\s*=\s*["']?([^"'#\s]*)/.exec(line) ?? []
    if (name && value) process.env[name] ??= value
  }
}

function readPort() {
  const text = process.env.PORT || '3000'
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value
  return fail(`PORT must be a whole number from 0 to 65535; it is "${text}".`)
}

function readHost() {
  const given = process.env.HOSTNAME
  // Shells in containers export the machine's own name as HOSTNAME; that is not a choice of address.
  return given && given !== hostname() ? given : '127.0.0.1'
}

/** Asked before a minute of building, not after. */
function checkPortIsFree() {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => fail(explainListenError(error)))
    probe.listen(port, host, () => probe.close(resolve))
  })
}

function explainListenError(error) {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program: stop it, or choose another with PORT=3001 npm start.`
  if (error.code === 'EACCES')
    return `Port ${port} may not be opened by this user: choose one above 1023 with PORT.`
  return `Can't listen on ${host}, port ${port} (${error.code}): check HOSTNAME and PORT.`
}

function serve() {
  const child = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '--port', String(port), '--hostname', host],
    {
      cwd: root,
      env: {
        ...process.env,
        HOSTNAME: host,
        PORT: String(port),
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
      },
      // The channel tells the server when this process is gone, however it went.
      stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
    },
  )
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!isBanner(line)) console.log(line)
  })
  // Ctrl-C reaches the whole group; a signal to this process alone has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}

/** Next's own greeting repeats what Runnel's says better. */
function isBanner(line) {
  return /^\s*(▲|✓|- Local:|- Network:|- Environments:)/.test(line)
}
