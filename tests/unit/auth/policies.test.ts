import { describe, expect, test } from 'vitest'
import { HostPolicy, OriginPolicy, pagePolicy } from '@/lib/auth/policies'
import { isAppError } from '@/lib/platform/errors'

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

describe('a refusal blames the right part', () => {
  const refusal = (policy: OriginPolicy, headers: Record<string, string>) => {
    const request = new Request('http://127.0.0.1:3000/x', { method: 'POST', headers })
    try {
      policy.check(request, true)
    } catch (error) {
      return isAppError(error) ? error.hint : String(error)
    }
    return undefined
  }
  const asked = { host: '127.0.0.1:3000', origin: 'https://runnel.example.org' }

  test('a proxy that does not pass Host is named with what to set', () => {
    const hint = refusal(new OriginPolicy(undefined, []), asked)
    expect(hint).toContain('`Host: 127.0.0.1:3000`')
    expect(hint).toContain('NEXTAUTH_URL=https://runnel.example.org')
  })

  test('where the address is set, it says which one that is', () => {
    const hint = refusal(new OriginPolicy('https://other.example.org', []), asked)
    expect(hint).toContain('The dashboard is at https://other.example.org')
  })

  test('a program that sends no origin is told of keys', () => {
    expect(refusal(new OriginPolicy(undefined, []), { host: 'x' })).toContain('API key')
  })

  test('a name that is not ours is told apart by the header that has it', () => {
    const hosts = new HostPolicy(['runnel.lan'])
    const why = (headers: Record<string, string>) => hosts.refusalOf(new Headers(headers))?.message
    expect(why({ host: 'evil.example' })).toContain('`Host`')
    expect(why({ host: 'runnel.lan', 'x-forwarded-host': 'a.example' })).toContain(
      '`X-Forwarded-Host`',
    )
    expect(why({ host: 'runnel.lan', 'x-forwarded-host': 'runnel.lan' })).toBeUndefined()
  })
})
