import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const KEY = 'bench-admin-key-0123456789'
const SAMPLING = { temperature: 0.8, top_k: 40, top_p: 0.95, min_p: 0.05 }
/** Tokens of context for one stream, in both servers. */
const CONTEXT = 1024

/** Runnel as it was built, with a data directory that holds the model. */
export async function startRunnel({ dataDir, model, parallel, contextSize = CONTEXT }) {
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
        RUNNEL_PARALLEL: String(parallel),
        RUNNEL_CONTEXT_SIZE: String(contextSize),
      },
    },
  )
  const port = await printed(child, /ready at http:\/\/[^\s:]+:(\d+)/)
  const authorization = `Bearer ${KEY}`
  return {
    /** Says with how many threads it has chosen to run, once the model is loaded. */
    async name() {
      const url = `http://127.0.0.1:${port}/v1/models/${model}`
      const { loaded } = await (await fetch(url, { headers: { authorization } })).json()
      return `Runnel, ${loaded.threads} threads`
    },
    stop: () => end(child),
    /** Asks anything; with a body it is a POST. */
    fetch: (path, body, signal) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        signal,
      }),
    /** Generates, and says how many tokens came. */
    async generate(prompt, tokens, seed) {
      const frames = await stream(`http://127.0.0.1:${port}/v1/infer`, {
        model,
        prompt,
        max_tokens: tokens,
        seed,
        stream: true,
        ...SAMPLING,
      })
      return frames.find(({ usage }) => usage)?.usage.completion_tokens ?? 0
    },
  }
}

/** llama.cpp's own server on the same file. */
export async function startLlamaServer({ path, file, parallel, threads }) {
  const port = await freePort()
  const child = spawn(
    path,
    ['-m', file, '-np', parallel, '-c', CONTEXT * parallel, '-t', threads, '--port', port].map(
      String,
    ),
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    const health = await fetch(`${url}/health`).catch(() => undefined)
    if (health?.ok) break
    if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode}.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    name: async () => `llama.cpp, ${threads} threads`,
    stop: () => end(child),
    async generate(prompt, tokens, seed) {
      const body = {
        prompt,
        n_predict: tokens,
        seed,
        stream: true,
        cache_prompt: true,
        ...SAMPLING,
      }
      const frames = await stream(`${url}/completion`, body)
      return frames.findLast(({ tokens_predicted }) => tokens_predicted)?.tokens_predicted ?? 0
    },
  }
}

/** The JSON of every frame of a stream. */
async function stream(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))
}

function printed(child, pattern) {
  let output = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk
      const found = pattern.exec(output)?.[1]
      if (found) resolve(Number(found))
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)))
  })
}

function end(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  return ended
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
