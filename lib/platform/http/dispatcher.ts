import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { AppError } from '../errors'
import type { AddressPolicy } from './address-policy'

/** Proxies for what the server asks of others, as addresses; undefined is none. */
export type ProxySettings = {
  /** For `http:` addresses. */
  http?: string
  /** For `https:` addresses; `http` where there is none. */
  https?: string
  /** Hosts that are asked without a proxy, separated by commas: `host`, `host:port`, `.domain` or `*`. */
  except?: string
}

/** Milliseconds for one connection, TLS included. */
const CONNECT_MS = 10_000
/** Milliseconds that a connection stays open for the next request; less when the server says so. */
const IDLE_MS = 30_000

/**
 * Makes the connections of this server to others. What a name resolves to is checked by the lookup that the connection
 * itself uses, so a name can't point elsewhere between check and use. Behind a proxy the proxy resolves names.
 */
export function createDispatcher(policy: AddressPolicy, proxy: ProxySettings): Dispatcher {
  const trusted = buildConnector({ timeout: CONNECT_MS })
  const checked = buildConnector({ timeout: CONNECT_MS, lookup: policy.lookup })
  return new EnvHttpProxyAgent({
    // An empty word, because without one the process's own environment is read.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.except ?? '',
    // Many a proxy takes CONNECT for port 443 only.
    proxyTunnel: false,
    clientFactory: (origin, options) => new ProxyPool(origin, options),
    keepAliveTimeout: IDLE_MS,
    connect: (options, callback) => {
      const url = new URL(`${options.protocol}//${options.host}`)
      const connect = policy.trusts(url) ? trusted : checked
      connect(options, callback)
    },
  })
}

type PoolOptions = Parameters<Pool['connect']>[0]
type ConnectCallback = (error: Error | null, data: Dispatcher.ConnectData) => void

/**
 * Connections to a proxy, through which tunnels are made. undici makes a tunnel again for ever, some hundred times a
 * second, when the proxy closes the connection instead of answering: it takes that for the end of an idle one.
 */
class ProxyPool extends Pool {
  readonly #host: string

  constructor(origin: URL, options: object) {
    super(origin, options)
    this.#host = origin.host
  }

  override connect(options: PoolOptions): Promise<Dispatcher.ConnectData>
  override connect(options: PoolOptions, callback: ConnectCallback): void
  override async connect(options: PoolOptions): Promise<Dispatcher.ConnectData> {
    const data = await super.connect(options).catch((cause: unknown) => {
      throw new Error(`The proxy at ${this.#host} makes no connection.`, { cause })
    })
    if (data.statusCode === 200) return data
    data.socket.on('error', () => undefined).destroy()
    throw proxyRefused(`The proxy at ${this.#host}`, data.statusCode)
  }
}

/** A proxy that wants a password, or forbids an address, goes on to do so; anything else may pass. */
export function proxyRefused(proxy: string, status: number): Error {
  const message = `${proxy} refuses the connection with status ${status}.`
  if (status >= 500 || status === 429) return new Error(message)
  return new AppError(message, {
    code: 'proxy_refused',
    status: 502,
    hint: 'Check HTTP_PROXY and HTTPS_PROXY, which may hold a name and a password; NO_PROXY names what is asked directly.',
  })
}
