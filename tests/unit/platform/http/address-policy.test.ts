import { expect, test } from 'vitest'
import { AddressPolicy, isPrivateAddress } from '@/lib/platform/http/address-policy'

const HUB = 'https://huggingface.co'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fe80::1',
  'ff02::1',
  'not an address',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true)
})

test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
  '%s is public',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  },
)

test.each([
  ['https://huggingface.co/a/b', null, true],
  ['http://huggingface.co/a/b', null, false],
  ['https://huggingface.co:8443/a/b', null, false],
  ['https://example.com/x.gguf', null, false],
  ['https://named.example/x.gguf', null, true],
  ['https://named.example:8443/x.gguf', null, true],
  ['http://ported.example:8080/x.gguf', null, true],
  ['http://ported.example/x.gguf', null, false],
  ['https://a.wild.example/x.gguf', null, true],
  ['https://wild.example.evil.com/x.gguf', null, false],
  ['https://cdn-lfs.huggingface.co/x', HUB, true],
  ['https://cas-bridge.xethub.hf.co/x', HUB, true],
  ['http://cas-bridge.xethub.hf.co/x', HUB, false],
  ['https://cas-bridge.xethub.hf.co/x', null, false],
  ['https://evilhf.co/x', HUB, false],
  ['https://169.254.169.254/x', HUB, false],
  ['file:///etc/passwd', HUB, false],
])('%s, redirected from %s: %s', (url, from, allowed) => {
  const named = ['named.example', 'ported.example:8080', '*.wild.example']
  const policy = new AddressPolicy(HUB, named)
  const check = () => policy.check(new URL(url), from === null ? null : new URL(from))
  if (allowed) expect(check).not.toThrow()
  else expect(check).toThrow(/refused/)
})

test.each([
  ['https://huggingface.co/a/b', true],
  ['https://named.example/x', true],
  ['https://cdn-lfs.huggingface.co/x', false],
  ['https://huggingface.co:8443/a/b', false],
])('%s may be at any address: %s', (url, trusted) => {
  expect(new AddressPolicy(HUB, ['named.example']).trusts(new URL(url))).toBe(trusted)
})

function lookup(policy: AddressPolicy, name: string, all: boolean) {
  return new Promise<unknown>((resolve) => {
    policy.lookup(name, { all }, (error, address) => resolve(error ?? address))
  })
}

test('the lookup of a connection gives no private address', async () => {
  const resolve = (
    name: string,
    done: (e: null, a: { address: string; family: number }[]) => void,
  ) =>
    done(null, [
      { address: '1.1.1.1', family: 4 },
      { address: name === 'private.hf.co' ? '127.0.0.1' : '1.0.0.1', family: 4 },
    ])
  const policy = new AddressPolicy(HUB, [], resolve)
  expect(await lookup(policy, 'private.hf.co', true)).toMatchObject({
    code: 'address_refused',
    message: expect.stringContaining('private.hf.co'),
  })
  expect(await lookup(policy, 'cdn.hf.co', false)).toBe('1.1.1.1')
  expect(await lookup(policy, 'cdn.hf.co', true)).toHaveLength(2)
})
