import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureProgram } from '@/scripts/lib/debian.mjs'
import { until } from './until'

const CONFIG = fileURLToPath(new URL('../../docs/deployment/nginx.conf', import.meta.url))
/** The name in the documented file. */
const NAME = 'runnel.example.org'

/** What a client needs to reach a server behind TLS under another name than its address. */
export type Tls = { ca: string; servername: string }

/** The real nginx with the file of `docs/deployment` in front of a server. */
export class Nginx {
  readonly publicUrl = `https://${NAME}`
  private child: ChildProcess | undefined

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Makes the certificate and unpacks nginx; `start` begins. */
  static async prepare(port: number): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'runnel-nginx-'))
    // nginx's workers are another user than its master when that is root.
    chmodSync(folder, 0o755)
    const at = 'usr/sbin/nginx'
    const nginx = new Nginx(await ensureProgram('nginx', { from: 'nginx', at }), folder, port)
    const openssl = await ensureProgram('openssl', { from: 'openssl', at: 'usr/bin/openssl' })
    const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
    execFileSync(openssl, ['req', '-x509', '-days', '2', ...key, ...subject, ...files], {
      stdio: 'ignore',
    })
    return nginx
  }

  /** Where it listens. Requests are made out to `servername`. */
  get url(): string {
    return `https://127.0.0.1:${this.port}`
  }

  get tls(): Tls {
    return { ca: readFileSync(join(this.folder, 'cert.pem'), 'utf8'), servername: NAME }
  }

  /** Starts it in front of the server at `upstream`, and waits until it listens. */
  async start(upstream: string): Promise<void> {
    writeFileSync(join(this.folder, 'nginx.conf'), this.mainConfig())
    writeFileSync(join(this.folder, 'runnel.conf'), this.documentedConfig(upstream))
    const args = ['-p', this.folder, '-c', 'nginx.conf', '-e', 'error.log', '-g', 'daemon off;']
    this.child = spawn(this.program, args, { stdio: 'inherit' })
    await until(() => isListening(this.port), 'nginx to listen')
  }

  /** Reads the configuration anew, as `nginx -s reload` does, and waits until the workers are new ones. */
  async reload(): Promise<void> {
    const before = this.logged(/gracefully shutting down/g)
    this.child?.kill('SIGHUP')
    await until(() => this.logged(/gracefully shutting down/g) > before, 'nginx to reload')
  }

  /** Ends it at once, with every connection that goes through it. */
  async stop(): Promise<void> {
    const { child } = this
    this.child = undefined
    if (!child) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }

  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private logged(line: RegExp): number {
    return readFileSync(join(this.folder, 'error.log'), 'utf8').match(line)?.length ?? 0
  }

  private mainConfig(): string {
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${name};`,
    )
    return `
      worker_processes 1;
      pid nginx.pid;
      error_log error.log notice;
      events {}
      http { access_log off; ${places.join(' ')} include runnel.conf; }`
  }

  /** Only what the file itself says has to be changed is changed. */
  private documentedConfig(upstream: string): string {
    const changes: [string, string][] = [
      ['listen 443 ', `listen 127.0.0.1:${this.port} `],
      ['/etc/ssl/runnel/cert.pem', join(this.folder, 'cert.pem')],
      ['/etc/ssl/runnel/key.pem', join(this.folder, 'key.pem')],
      ['http://127.0.0.1:3000', upstream],
    ]
    return changes.reduce(
      (text, [from, to]) => {
        if (!text.includes(from)) throw new Error(`${CONFIG} has no "${from}".`)
        return text.replace(from, to)
      },
      readFileSync(CONFIG, 'utf8'),
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
