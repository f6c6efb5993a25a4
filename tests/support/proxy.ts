import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureProgram, librariesOf } from '@/scripts/lib/debian.mjs'
import type { Tls } from './nginx'
import { NAME, type Place, type ProxyKind } from './proxy-kinds'
import { until } from './until'

const FOLDER = fileURLToPath(new URL('../../docs/deployment', import.meta.url))

/** A real proxy with its file of `docs/deployment` in front of a server. */
export class DocumentedProxy {
  readonly #kind: ProxyKind
  readonly #folder = mkdtempSync(join(tmpdir(), 'runnel-proxy-'))
  readonly #port: number
  #child: ChildProcess | undefined

  constructor(kind: ProxyKind, port: number) {
    this.#kind = kind
    this.#port = port
  }

  /** Where it listens. */
  get url(): string {
    return `${this.#kind.plain ? 'http' : 'https'}://127.0.0.1:${this.#port}`
  }

  /** The page's address, as a browser that came through it would name it. */
  readonly origin = `https://${NAME}`

  /** What speaks TLS in front of a plain one passes the name on. */
  get target(): { url: string; tls?: Tls; host?: string } {
    if (this.#kind.plain) return { url: this.url, host: NAME }
    return { url: this.url, tls: this.#tls }
  }

  get #tls(): Tls {
    return { ca: readFileSync(join(this.#folder, 'cert.pem'), 'utf8'), servername: NAME }
  }

  /** Unpacks and starts it in front of the server at `upstream`, and waits until it listens. */
  async start(upstream: string): Promise<void> {
    const { from, at, libraries, file, args } = this.#kind
    const program = await ensureProgram(from, { from, at, libraries })
    if (!this.#kind.plain) await this.#makeCertificate()
    // Some drop the rights of their master, and still read their files.
    chmodSync(this.#folder, 0o755)
    const config = join(this.#folder, file)
    const place = { port: this.#port, upstream: new URL(upstream), folder: this.#folder }
    writeFileSync(config, this.#documented(place))
    const unpacked = program.endsWith(`/${at}`) ? program.slice(0, -at.length) : '/'
    this.#child = spawn(program, await args({ ...place, config, unpacked }), {
      // What it says while all goes well is for nobody.
      stdio: 'ignore',
      env: { ...process.env, LD_LIBRARY_PATH: librariesOf(from), HOME: this.#folder },
    })
    await until(() => isListening(this.#port), `${from} to listen`)
  }

  async dispose(): Promise<void> {
    const child = this.#child
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      // Asked first: a master that is killed leaves its workers behind.
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(late)
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #makeCertificate(): Promise<void> {
    const openssl = await ensureProgram('openssl', { from: 'openssl', at: 'usr/bin/openssl' })
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(this.#folder, name))
    const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', String(key), '-out', String(cert)]
    execFileSync(openssl, ['req', '-x509', '-days', '2', ...kind, ...subject, ...files], {
      stdio: 'ignore',
    })
    const both = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(this.#folder, name)))
    writeFileSync(join(this.#folder, 'both.pem'), Buffer.concat(both))
  }

  /** Only what the file itself says has to be changed is changed. */
  #documented(place: Place): string {
    const { file, changes } = this.#kind
    return changes(place).reduce(
      (text, [from, to]) => {
        if (!text.includes(from)) throw new Error(`${file} has no "${from}".`)
        return text.replace(from, to)
      },
      readFileSync(join(FOLDER, file), 'utf8'),
    )
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
