import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What the log says of an error that nobody foresaw. A page may hide it and a client may try again; a test must not. */
const OWN_FAULT = 'because of a fault of its own'
const ADMIN_KEY = 'test-admin-key-0123456789abcdef'

/** How the built server is started. */
export type Launch = {
  /** What Node runs. The port is the one to listen on; 0 is any. */
  args: (port: number) => string[]
  cwd: string
  env?: Record<string, string>
  /** The user to run it as. Default: this one. */
  uid?: number
}

const NEXT_START: Launch = {
  args: (port) => [
    'node_modules/next/dist/bin/next',
    'start',
    '--port',
    String(port),
    '--hostname',
    '127.0.0.1',
  ],
  cwd: root,
}

/** The real built server in a process of its own, with a data directory of its own. */
export class TestServer {
  private child: ChildProcess | undefined
  private printed = ''
  private fault: string | undefined

  constructor(
    readonly dataDir: string,
    private readonly env: Record<string, string>,
    private readonly launch: Launch = NEXT_START,
    private port = 0,
  ) {}

  /** An API key that may do everything. */
  readonly key = ADMIN_KEY

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error('The server is not running.')
    return this.child.pid
  }

  /** Everything that it printed since it last started. */
  get output(): string {
    return this.printed
  }

  /** The token of the set-up link, as the operator reads it from the terminal. */
  get setUpToken(): string {
    const token = /set-up\?token=([\w-]+)/.exec(this.printed)?.[1]
    if (!token) throw new Error(`No set-up link was printed:\n${this.printed}`)
    return token
  }

  /** Starts it, on the port that it had before, and waits until it says that it is ready. */
  async start(): Promise<void> {
    this.printed = ''
    const { args, cwd, env, uid } = this.launch
    const child = spawn(process.execPath, args(this.port), {
      cwd,
      uid,
      gid: uid,
      env: {
        ...baseEnvironment(),
        RUNNEL_DATA_DIR: this.dataDir,
        RUNNEL_ADMIN_KEY: ADMIN_KEY,
        RUNNEL_LOG_LEVEL: 'warn',
        // Measuring at the first load takes time that only the tests of measuring have.
        RUNNEL_THREADS: '1',
        HOSTNAME: '127.0.0.1',
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        ...env,
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.child = child
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.printed += chunk
        if (this.printed.includes(OWN_FAULT)) this.fault = this.printed
        // With NEXTAUTH_URL it tells the address that people use, and then the port was given.
        const [ready, port] = /ready at https?:\/\/[^\s:]+(?::(\d+))?\s/.exec(this.printed) ?? []
        if (!ready) return
        this.port = Number(port ?? this.port)
        resolve()
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('exit', (code) =>
        reject(new Error(`The server ended with ${code}:\n${this.printed}`)),
      )
    })
  }

  /** Stops reading what it prints, as a collector that hangs; returns how to go on. */
  stopReading(): () => void {
    const streams = [this.child?.stdout, this.child?.stderr]
    for (const stream of streams) stream?.pause()
    return () => {
      for (const stream of streams) stream?.resume()
    }
  }

  /** A request to it, with the admin key unless `headers` bring a credential. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization') && !headers.has('cookie') && !headers.has('x-api-key'))
      headers.set('authorization', `Bearer ${this.key}`)
    return fetch(new URL(path, this.url), { ...init, headers })
  }

  /** A JSON request to it; throws when the status is not one of success. */
  async json<T>(path: string, init: RequestInit & { body?: string } = {}): Promise<T> {
    const headers = new Headers(init.headers)
    if (init.body !== undefined) headers.set('content-type', 'application/json')
    const response = await this.fetch(path, { ...init, headers })
    if (!response.ok)
      throw new Error(
        `${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`,
      )
    return response.json()
  }

  /** Sends SIGTERM and waits for the end; gives the exit code. */
  stop(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  /** Ends it as a crash or a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  private end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve(child?.exitCode ?? null)
    return new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill(signal)
    })
  }

  /** Stops it and removes its data directory. Throws when it answered a request with a fault of its own at any time. */
  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 })
    if (this.fault) throw new Error(`The server had a fault of its own:\n${this.fault}`)
  }
}

/** The environment without what a developer's shell may have set for a server of theirs. */
function baseEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(RUNNEL_|NEXT|HF_|OTEL_|PORT$|VITEST|DATABASE_URL$|REDIS_URL$)/.test(name),
  )
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' }
}

/** Starts a server for a test. Dispose of it when the test is over. */
export async function startServer(
  options: { env?: Record<string, string>; launch?: Launch; port?: number } = {},
): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'runnel-test-'))
  if (options.launch?.uid !== undefined) chownSync(dataDir, options.launch.uid, options.launch.uid)
  const server = new TestServer(dataDir, options.env ?? {}, options.launch, options.port)
  try {
    await server.start()
  } catch (error) {
    await server.dispose()
    throw error
  }
  return server
}
