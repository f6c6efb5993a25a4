import { isIPv6 } from 'node:net'

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
