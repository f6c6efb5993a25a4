// What `npm start` and `npm run dev` share: where to listen, and a server that ends with them. Only Node's built-ins here.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fail, root } from './steps.mjs'

/**
 * A signal to npm ends npm and its shell, and would leave this process behind: so it looks whether that shell is there.
 * @param {string} script the script of package.json that this process is
 */
export function endWithNpm(script) {
  if (process.env.npm_lifecycle_event !== script) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

/**
 * The address and port of the environment or `.env`. Ends the process with one sentence when they can't be listened on.
 * @param {string} command what people type, for that sentence
 */
export async function whereToListen(command) {
  // Shells and containers export the machine's own name as HOSTNAME; that is not a choice of address.
  if (process.env.HOSTNAME === hostname()) delete process.env.HOSTNAME
  readEnvFile()
  const port = readPort()
  const host = process.env.HOSTNAME || '127.0.0.1'
  await checkPortIsFree(port, host, command)
  return { port, host }
}

/**
 * Runs Next until it ends, and passes on what stops this process.
 * @param {'start' | 'dev'} command
 * @param {(line: string) => boolean} isShown which lines of Next's output people see
 */
export function serve(command, { port, host }, env, isShown) {
  const child = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', command, '--port', String(port), '--hostname', host],
    {
      cwd: root,
      env: {
        ...process.env,
        HOSTNAME: host,
        PORT: String(port),
        NEXT_TELEMETRY_DISABLED: '1',
        ...env,
      },
      // The channel tells the server when this process is gone, however it went.
      stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
    },
  )
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (isShown(line)) console.log(line)
  })
  // Ctrl-C reaches the whole group; a signal to this process alone has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
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

/** Asked before a minute of building, not after. */
function checkPortIsFree(port, host, command) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => fail(explainListenError(error, port, host, command)))
    probe.listen(port, host, () => probe.close(resolve))
  })
}

function explainListenError(error, port, host, command) {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program: stop it, or choose another with PORT=3001 ${command}.`
  if (error.code === 'EACCES')
    return `Port ${port} may not be opened by this user: choose one above 1023 with PORT.`
  return `Can't listen on ${host}, port ${port} (${error.code}): check HOSTNAME and PORT.`
}
