import { describe, expect, test } from 'vitest'
import { pagePolicy } from '@/lib/auth/content-policy'
import { HostPolicy } from '@/lib/auth/host-policy'
import { OriginPolicy } from '@/lib/auth/origin-policy'

describe('hosts', () => {
  const hosts = new HostPolicy(['runnel.lan', '.home.example'])

  test.each([
    'localhost',
    'localhost:3000',
    'app.localhost',
    '127.0.0.1:1',
    '[::1]:3000',
    '[::1]',
    '10.0.0.7',
    'runnel.lan:80',
    'Runnel.LAN',
    'runnel.lan.',
    'a.b.home.example',
  ])('%s is ours', (host) => expect(hosts.allows(host)).toBe(true))

  test.each([
    null,
    '',
    'evil.example',
    'home.example.evil',
    'xhome.example',
    'runnel.lan:x',
    'runnel.lan:80:80',
    'a b',
    'localhost/',
    'user@localhost',
    '[localhost]',
  ])('%s is not', (host) => expect(hosts.allows(host)).toBe(false))
})

describe('origins', () => {
  const policy = new OriginPolicy('https://runnel.example.org', ['https://app.example.org'])
  const passes = (method: string, headers: Record<string, string>, withCookie = true) => {
    const request = new Request('http://127.0.0.1:3000/x', {
      method,
      headers: { host: '127.0.0.1:3000', ...headers },
    })
    try {
      policy.check(request, withCookie)
      return true
    } catch {
      return false
    }
  }

  test('of this server and of its public address may change things', () => {
    expect(passes('POST', { origin: 'http://127.0.0.1:3000' })).toBe(true)
    expect(passes('POST', { origin: 'https://runnel.example.org' })).toBe(true)
    expect(passes('DELETE', { 'sec-fetch-site': 'same-origin' })).toBe(true)
  })

  test('of the public name without its TLS may not: anybody on the way can be that page', () => {
    const host = 'runnel.example.org'
    expect(passes('POST', { host, origin: 'https://runnel.example.org' })).toBe(true)
    expect(passes('POST', { host, origin: 'http://runnel.example.org' })).toBe(false)
  })

  test('elsewhere, another port, null and nothing may not, with a cookie', () => {
    const forged: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:3001' },
      { origin: 'null' },
      { origin: 'https://app.example.org' },
      { 'sec-fetch-site': 'none' },
      {},
    ]
    for (const headers of forged)
      expect(passes('POST', headers), JSON.stringify(headers)).toBe(false)
  })

  test('without a cookie a program passes, a page elsewhere only when it is named', () => {
    expect(passes('POST', {}, false)).toBe(true)
    expect(passes('POST', { origin: 'https://app.example.org' }, false)).toBe(true)
    expect(passes('POST', { origin: 'https://evil.example' }, false)).toBe(false)
    expect(passes('POST', { 'sec-fetch-site': 'same-site' }, false)).toBe(false)
  })

  test('a page elsewhere may not make the browser read with its cookie', () => {
    expect(passes('GET', { 'sec-fetch-site': 'same-site' })).toBe(false)
    expect(passes('GET', { origin: 'https://evil.example' })).toBe(false)
    expect(passes('GET', { 'sec-fetch-site': 'none' })).toBe(true)
    expect(passes('GET', {})).toBe(true)
  })
})

test('the policy of pages runs nothing without the nonce', () => {
  const policy = pagePolicy('abc', false)
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';")
  expect(policy).not.toContain('unsafe-eval')
  expect(pagePolicy('abc', true)).toContain("'unsafe-eval'")
})
