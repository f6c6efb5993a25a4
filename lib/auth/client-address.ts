import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { onServerRequest } from '@/lib/platform/http/server-requests'

/** Where the address travels inside the server. What a client sends under this name is overwritten. */
const HEADER = 'x-runnel-client-address'

/**
 * Notes on every request the address that it really came from, before Next sees it: Next itself believes whatever
 * `X-Forwarded-For` a client sends, and then guessing passwords would cost an attacker nothing.
 *
 * @param trustedProxies How many proxies in front add to `X-Forwarded-For`; with 0 the socket alone is believed.
 * @returns unsubscribe
 */
export function noteClientAddresses(trustedProxies: number): () => void {
  return onServerRequest(({ request }) => {
    request.headers[HEADER] = addressBehind(request, trustedProxies)
  })
}

/** The address that a request came from, as it was noted. */
export function addressOf(headers: Headers): string {
  return headers.get(HEADER) ?? 'unknown'
}

function addressBehind(request: IncomingMessage, trustedProxies: number): string {
  const socket = request.socket.remoteAddress ?? 'unknown'
  const forwarded = [request.headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  const hops = [...forwarded, socket]
  // Each proxy appends whom it heard from; what stands before those entries, anybody can have written.
  return withoutPrefix(hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? socket)
}

/** An IPv4 address that came over an IPv6 socket is the same one. */
function withoutPrefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

const GROUPS = 8
/** Groups of an IPv6 address that name a network: 64 bits, the least that anybody gets. */
const NETWORK_GROUPS = 4

/**
 * Whom an address stands for when it is counted: itself, or the network of 64 bits that it is of when it is IPv6, where
 * everybody has more addresses than can be counted.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return address
  const [head = '', tail = ''] = plain.toLowerCase().split('::', 2)
  const before = groupsOf(head)
  const after = groupsOf(tail)
  const zeros = Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill('0')
  const groups = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

/** An IPv4 address at the end takes the place of two groups, none of which are of the network. */
function groupsOf(part: string): string[] {
  return part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : group || []))
}
