import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { AppError } from '../errors'

/** Where the hub keeps its files: its redirects lead to these without being named. */
const HUB_STORAGE = ['*.huggingface.co', '*.hf.co']

const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
const PRIVATE_V6 = [
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

const PRIVATE = blockListOf(PRIVATE_V4, PRIVATE_V6)

function blockListOf(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList()
  const add = (subnet: string, family: 'ipv4' | 'ipv6') => {
    const [address = '', bits] = subnet.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  for (const subnet of v4) add(subnet, 'ipv4')
  for (const subnet of v6) add(subnet, 'ipv6')
  return list
}

/** Whether an IP address belongs to this machine, a private network, or no one on the public internet. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return true
  return PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Resolves a name to all its addresses. */
export type ResolveName = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Which addresses may be asked for a file. The hub may, and what an operator named; every hop of a
 * redirect is checked like the first. An address is checked after its name was resolved, by the very
 * lookup that the connection uses, so a name can't point elsewhere between check and use.
 */
export class AddressPolicy {
  readonly #hub: URL
  readonly #named: readonly string[]
  readonly #resolve: ResolveName

  /** @param named hosts, `host` or `host:port` or `*.domain`, that may be asked though they are not the hub. */
  constructor(hubEndpoint: string, named: readonly string[], resolve: ResolveName = resolveAll) {
    this.#hub = new URL(hubEndpoint)
    this.#named = named.map((host) => host.toLowerCase())
    this.#resolve = resolve
  }

  /** Whether the hub's token may be sent there. */
  isHub(url: URL): boolean {
    return url.origin === this.#hub.origin
  }

  /**
   * Refuses what may not be asked.
   * @throws AppError `address_refused`.
   */
  check(url: URL, from: URL | null): void {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new AppError(`Downloads over ${url.protocol} are refused.`, {
        code: 'address_refused',
        status: 403,
        hint: 'Files come over https: or http: only.',
      })
    if (this.trusts(url)) return
    if (!this.#isStorage(url, from)) throw refused(url.host, `${url.host} is not the hub.`)
    if (from?.protocol === 'https:' && url.protocol === 'http:')
      throw refused(url.host, `${from.host} redirects from https to http.`)
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) && isPrivateAddress(literal)) throw privateAddress(url.host, literal)
  }

  /** Whether a host may be at any address: it is the hub, or an operator named it. */
  trusts(url: URL): boolean {
    return this.isHub(url) || this.#isNamed(url)
  }

  /** The lookup for connections to hosts that are not trusted: it gives public addresses only. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    this.#resolve(hostname, (error, found) => {
      if (error) return done(error, '', 0)
      const bad = found.find((entry) => isPrivateAddress(entry.address))
      const [first] = found
      if (bad || !first) done(privateAddress(hostname, bad?.address ?? 'nothing'), '', 0)
      else if (options.all) done(null, found)
      else done(null, first.address, first.family)
    })
  }

  #isNamed(url: URL): boolean {
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    const host = url.hostname.toLowerCase()
    return this.#named.some((name) => matches(name, host) || matches(name, `${host}:${port}`))
  }

  /** The hub's redirects may lead to its own storage, and from there on within it. */
  #isStorage(url: URL, from: URL | null): boolean {
    const host = url.hostname.toLowerCase()
    const storage = [...HUB_STORAGE, `*.${this.#hub.hostname}`]
    return from !== null && storage.some((name) => matches(name, host))
  }
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host
}

function refused(host: string, why: string): AppError {
  return new AppError(`Downloads from ${host} are refused: ${why}`, {
    code: 'address_refused',
    status: 403,
    hint: `If you trust it, add ${host} to RUNNEL_DOWNLOAD_HOSTS and start again.`,
  })
}

function privateAddress(host: string, address: string): AppError {
  return refused(host, `it is at ${address}, which is not on the public internet.`)
}

function resolveAll(hostname: string, done: Parameters<ResolveName>[1]): void {
  systemLookup(hostname, { all: true, verbatim: true }, done)
}
