import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureProgram, librariesOf } from '@/scripts/lib/debian.mjs'
import type { Tls } from './nginx'
import { until } from './until'

const FOLDER = fileURLToPath(new URL('../../docs/deployment', import.meta.url))
/** The name in the documented files. */
const NAME = 'runnel.example.org'

/** Where a proxy's file says what has to be changed, and how the program is told of the file. */
type Kind = {
  file: string
  from: string
  at: string
  libraries: readonly string[]
  changes: (at: { port: number; upstream: URL; folder: string }) => readonly [string, string][]
  args: (at: { config: string; unpacked: string }) => readonly string[]
}

export const PROXIES: Readonly<Record<string, Kind>> = {
  caddy: {
    file: 'Caddyfile',
    from: 'caddy',
    at: 'usr/bin/caddy',
    libraries: [],
    changes: ({ port, upstream, folder }) => [
      [
        `${NAME} {`,
        `{\n admin off\n auto_https disable_redirects\n}\nhttps://${NAME}:${port} {\n tls ${folder}/cert.pem ${folder}/key.pem`,
      ],
      ['127.0.0.1:3000', upstream.host],
    ],
    args: ({ config }) => ['run', '--config', config, '--adapter', 'caddyfile'],
  },
  haproxy: {
    file: 'haproxy.cfg',
    from: 'haproxy',
    at: 'usr/sbin/haproxy',
    libraries: ['liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1', 'libpcre2-8-0'],
    changes: ({ port, upstream, folder }) => [
      ['bind :443', `bind 127.0.0.1:${port}`],
      ['/etc/ssl/runnel/cert-and-key.pem', `${folder}/both.pem`],
      ['127.0.0.1:3000', upstream.host],
    ],
    args: ({ config }) => ['-db', '-f', config],
  },
  lighttpd: {
    file: 'lighttpd.conf',
    from: 'lighttpd',
    at: 'usr/sbin/lighttpd',
    libraries: ['lighttpd-mod-openssl', 'libnettle8', 'libpcre2-8-0', 'libxxhash0'],
    changes: ({ port, upstream, folder }) => [
      ['server.port = 443', `server.bind = "127.0.0.1"\nserver.port = ${port}`],
      ['/etc/ssl/runnel/cert.pem', `${folder}/cert.pem`],
      ['/etc/ssl/runnel/key.pem', `${folder}/key.pem`],
      ['"port" => "3000"', `"port" => "${upstream.port}"`],
    ],
    args: ({ config, unpacked }) => ['-D', '-f', config, '-m', join(unpacked, 'usr/lib/lighttpd')],
  },
}

/** A real proxy with its file of `docs/deployment` in front of a server. */
export class DocumentedProxy {
  readonly #kind: Kind
  readonly #folder = mkdtempSync(join(tmpdir(), 'runnel-proxy-'))
  readonly #port: number
  #child: ChildProcess | undefined

  constructor(kind: Kind, port: number) {
    this.#kind = kind
    this.#port = port
  }

  /** Where it listens. */
  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  get tls(): Tls {
    return { ca: readFileSync(join(this.#folder, 'cert.pem'), 'utf8'), servername: NAME }
  }

  /** Unpacks and starts it in front of the server at `upstream`, and waits until it listens. */
  async start(upstream: string): Promise<void> {
    const { from, at, libraries, file, args } = this.#kind
    const program = await ensureProgram(from, { from, at, libraries })
    await this.#makeCertificate()
    const config = join(this.#folder, file)
    writeFileSync(config, this.#documented(new URL(upstream)))
    const unpacked = program.endsWith(`/${at}`) ? program.slice(0, -at.length) : '/'
    this.#child = spawn(program, args({ config, unpacked }), {
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
      child.kill('SIGKILL')
      await ended
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
  #documented(upstream: URL): string {
    const { file, changes } = this.#kind
    return changes({ port: this.#port, upstream, folder: this.#folder }).reduce(
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
