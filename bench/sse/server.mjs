import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const KEY = 'bench-admin-key-0123456789'
const PAGE_BYTES = 4096
const TICKS_PER_SECOND = 100

/** Starts the built server with a data directory of its own and room for `streams` streams. */
export async function startServer(streams) {
  const dataDir = mkdtempSync(join(tmpdir(), 'runnel-bench-'))
  const child = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '--port', '0'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        HOSTNAME: '127.0.0.1',
        RUNNEL_DATA_DIR: dataDir,
        RUNNEL_ADMIN_KEY: KEY,
        RUNNEL_LOG_LEVEL: 'warn',
        RUNNEL_PARALLEL: '1',
        RUNNEL_MAX_SUBSCRIBERS: String(streams),
        RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: String(streams),
      },
    },
  )
  const port = await readPort(child)
  return {
    port,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    /** Bytes of memory of the server's process. */
    memory: () =>
      Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES,
    /** Seconds of processor time that the server's process has used. */
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    },
    /** Ends it as a crash would. */
    kill: () => child.kill('SIGKILL'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function readPort(child) {
  let printed = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk
      const port = /ready at http:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1]
      if (port) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${printed}`)))
  })
}
