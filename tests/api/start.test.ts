import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { allOf, openSocket, rawText } from '../support/raw-socket'
import { startServer } from '../support/server'
import { until } from '../support/until'

const root = fileURLToPath(new URL('../..', import.meta.url))
const directories: string[] = []
afterAll(() => {
  for (const path of directories) rmSync(path, { recursive: true, force: true })
})

const SCRIPT: [string, ...string[]] = [process.execPath, 'scripts/start.mjs']

function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'runnel-start-'))
  directories.push(path)
  return path
}

/** Runs `npm start`'s script, or npm itself, until it ends by itself or is stopped. */
function npmStart(env: Record<string, string>, [command, ...args] = SCRIPT) {
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      RUNNEL_DATA_DIR: newDirectory(),
      PORT: '0',
      ...env,
    },
  })
  const run = {
    output: '',
    child,
    ended: new Promise<number | null>((resolve) => child.once('exit', resolve)),
  }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      run.output += chunk
    })
  return run
}

const isGone = (address: string) =>
  fetch(`${address}/healthz`).then(
    () => false,
    () => true,
  )

const refusesConnections = (address: string) =>
  new Promise<boolean>((resolve) => {
    const socket = openSocket(address)
    socket.once('close', () => resolve(true))
    socket.once('connect', () => {
      resolve(false)
      socket.destroy()
    })
  })

/** What it says, and its exit code, when it does not start. */
async function refusal(env: Record<string, string>, command = SCRIPT) {
  const run = npmStart(env, command)
  const code = await run.ended
  return { code, lines: run.output.trim().split('\n') }
}

test('it says how to get in, and SIGTERM ends it with an open stream, leaving nothing behind', async () => {
  const run = npmStart({})
  const [address] = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(run.output))
  const key = await until(() => /rnl_[\w-]+/.exec(run.output)?.[0])
  expect(run.output).toContain(`${address}/set-up?token=`)
  expect(run.output).toContain(`curl -N -H "Authorization: Bearer ${key}"`)
  expect(run.output).not.toContain('Next.js')

  const stream = await fetch(`${address}/v1/models/download/progress`, {
    headers: { 'x-api-key': key },
  })
  const reader = stream.body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
  await until(async () => (await reader?.read())?.done)
  await expect(fetch(`${address}/healthz`)).rejects.toThrow()
})

test('SIGTERM lets a request that is on its way get its answer', async () => {
  const server = await startServer()
  const socket = openSocket(server.url)
  const answer = allOf(socket)
  const body = JSON.stringify({ path: '/v1/models/download/progress' })
  const request = rawText(
    'POST /v1/tickets',
    {
      Authorization: `Bearer ${server.key}`,
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      Expect: '100-continue',
    },
    body,
  )
  socket.write(request.slice(0, -1))
  // The server says that it may continue once it has taken the request.
  await once(socket, 'data')
  const stopped = server.stop()
  // It stops when it takes no connection any more. Not `fetch`, which may take longer than requests are waited for.
  await until(() => refusesConnections(server.url))
  socket.write(request.slice(-1))
  expect(await answer).toContain('HTTP/1.1 201')
  expect(await stopped).toBe(0)
  await server.dispose()
})

test('SIGTERM to npm, which passes it to its shell only, ends the server too', async () => {
  const run = npmStart({}, ['npm', 'start'])
  const [address] = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(run.output))
  run.child.kill('SIGTERM')
  await run.ended
  await until(() => isGone(address))
})

test('a start script that is killed outright takes the server with it', async () => {
  const run = npmStart({})
  const [address] = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(run.output))
  run.child.kill('SIGKILL')
  await until(() => isGone(address))
})

test.each([
  ['npm start', 'scripts/start.mjs'],
  ['npm run dev', 'scripts/dev.mjs'],
])(
  '%s listens on this machine only, and says of a taken port so in one sentence',
  async (command, script) => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    // As a login shell may have it: the name of the machine is no choice of address.
    const env = { PORT: String(port), HOSTNAME: hostname() }
    const { code, lines } = await refusal(env, [process.execPath, script])
    other.close()
    expect(code).toBe(1)
    expect(lines).toEqual([
      `Port ${port} on 127.0.0.1 is taken by another program: stop it, or choose another with PORT=3001 ${command}.`,
    ])
  },
)

test.each([
  ['PORT', '70000', 'PORT must be a whole number from 0 to 65535; it is "70000".'],
  ['RUNNEL_MAX_QUEUE', 'many', 'RUNNEL_MAX_QUEUE must be a number; it is "many".'],
  ['HF_ENDPOINT', 'nowhere', 'HF_ENDPOINT must be an http or https address; it is "nowhere".'],
])('a wrong %s is one clear sentence', async (name, value, sentence) => {
  const { code, lines } = await refusal({ [name]: value })
  expect(code).toBe(1)
  expect(lines).toEqual([sentence])
})

test('a data directory that is a file, or can not be written, is one clear sentence', async () => {
  const file = join(newDirectory(), 'file')
  writeFileSync(file, '')
  const first = await refusal({ RUNNEL_DATA_DIR: file })
  expect(first).toEqual({
    code: 1,
    lines: [expect.stringContaining(`The data directory ${file} can't be written to`)],
  })
  // Root may write anywhere but where nothing can be created.
  const nowhere = process.getuid?.() === 0 ? '/proc/runnel' : newDirectory()
  if (nowhere !== '/proc/runnel') chmodSync(nowhere, 0o500)
  const second = await refusal({ RUNNEL_DATA_DIR: nowhere })
  expect(second).toEqual({ code: 1, lines: [expect.stringContaining("can't be written to")] })
})

test('two servers do not share a data directory', async () => {
  const server = await startServer()
  const { code, lines } = await refusal({ RUNNEL_DATA_DIR: server.dataDir })
  expect(code).toBe(1)
  expect(lines).toEqual([expect.stringContaining('Another Runnel already uses the data directory')])
  await server.dispose()
})
