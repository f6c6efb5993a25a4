import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Attempt, SignInGuard } from '@/lib/auth/limits/sign-in-guard'
import { isAppError } from '@/lib/platform/errors'

let guard: SignInGuard
beforeEach(() => {
  vi.useFakeTimers()
  guard = new SignInGuard()
})
afterEach(() => {
  vi.useRealTimers()
})

/** The wait in seconds; 0 when the attempt passed. */
async function attempt(account: string, address: string, session?: string): Promise<number> {
  try {
    await guard.attempt({ account, address, session })
    return 0
  } catch (error) {
    if (isAppError(error)) return error.retryAfter ?? -1
    throw error
  }
}

const pass = (ms: number) => vi.advanceTimersByTime(ms)

/** Fails until the wait is that long, in seconds. */
async function failUntil(seconds: number, account: string, address: string): Promise<void> {
  for (let wait = 0; wait < seconds; wait = await attempt(account, address)) pass(wait * 1000)
}

describe('the owner of an account', () => {
  test('is not kept out by what strangers try elsewhere', async () => {
    for (let stranger = 0; stranger < 5; stranger++)
      await failUntil(900, 'ada', `192.0.2.${stranger}`)
    expect(await attempt('ada', 'home')).toBe(0)
  })

  test('is known where they signed in before, however many strangers try', async () => {
    const home: Attempt = { account: 'Ada ', address: 'home' }
    await guard.attempt(home)
    await guard.succeeded(home)
    for (let stranger = 0; stranger < 200; stranger++) await attempt('ada', `stranger ${stranger}`)
    expect(await attempt('ada', 'a hotel')).toBeGreaterThan(0)
    expect(await attempt('ada', 'home')).toBe(0)
  })

  test('who is signed in is counted by the session alone, also behind the address of the stranger', async () => {
    await failUntil(900, 'ada', 'proxy')
    expect(await attempt('ada', 'proxy')).toBeGreaterThan(0)
    for (let free = 0; free < 5; free++) expect(await attempt('ada', 'proxy', 's1')).toBe(0)
    expect(await attempt('ada', 'proxy', 's1')).toBe(1)
    expect(await attempt('ada', 'proxy', 's2')).toBe(0)
  })
})

describe('waits', () => {
  test('begin after the free attempts and double, up to a quarter of an hour', async () => {
    for (let free = 0; free < 5; free++) expect(await attempt('ada', 'a')).toBe(0)
    const waits: number[] = []
    for (let index = 0; index < 14; index++) {
      const wait = await attempt('ada', 'a')
      waits.push(wait)
      pass(wait * 1000)
      expect(await attempt('ada', 'a')).toBe(0)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  })

  test('are not prolonged by trying during the wait', async () => {
    for (let free = 0; free < 5; free++) await attempt('ada', 'a')
    for (let index = 0; index < 50; index++) expect(await attempt('ada', 'a')).toBe(1)
    pass(1000)
    expect(await attempt('ada', 'a')).toBe(0)
  })

  test('let of a hundred that come together only the free ones pass, and one more after each', async () => {
    const together = async () => {
      const waits = await Promise.all(Array.from({ length: 100 }, () => attempt('ada', 'a')))
      return waits.filter((wait) => wait === 0).length
    }
    expect(await together()).toBe(5)
    pass(1000)
    expect(await together()).toBe(1)
    pass(1999)
    expect(await together()).toBe(0)
    pass(1)
    expect(await together()).toBe(1)
  })

  test('end with the right password for the account, but not for the address', async () => {
    for (let index = 0; index < 21; index++) await attempt(`account ${index}`, 'attacker')
    pass(1000)
    expect(await attempt('own account', 'attacker')).toBe(0)
    await guard.succeeded({ account: 'own account', address: 'attacker' })
    expect(await attempt('victim', 'attacker')).toBe(0)
    expect(await attempt('victim', 'attacker')).toBeGreaterThan(0)
    expect(await attempt('victim', 'elsewhere')).toBe(0)
  })

  test('are the account’s in whatever case and space it is written', async () => {
    for (const name of ['ada@x.org', 'ADA@X.ORG', ' ada@x.org ', 'Ada@x.org', 'ada@X.org'])
      expect(await attempt(name, 'a')).toBe(0)
    expect(await attempt('ada@x.org', 'a')).toBe(1)
  })

  test('are one network’s of IPv6, whichever of its addresses is used', async () => {
    for (let index = 0; index < 21; index++)
      await attempt(`x${index}`, `2001:db8:0:7::${index + 1}`)
    expect(await attempt('y', '2001:0db8:0000:0007:ffff::1')).toBe(1)
    expect(await attempt('y', '2001:db8:0:8::1')).toBe(0)
  })

  test('are forgotten after a day', async () => {
    for (let free = 0; free < 5; free++) await attempt('ada', 'a')
    pass(86_400_000)
    for (let free = 0; free < 5; free++) expect(await attempt('ada', 'a')).toBe(0)
  })
})

describe('whatever strangers do', () => {
  const moves = fc.array(fc.record({ from: fc.nat(300), pauseMs: fc.nat(5000) }), {
    maxLength: 400,
  })

  test('the guesses at one account stay few', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (attack) => {
        guard = new SignInGuard()
        const passed = new Map<number, number>()
        let elapsed = 0
        for (const { from, pauseMs } of attack) {
          if ((await attempt('victim', `address ${from}`)) === 0)
            passed.set(from, (passed.get(from) ?? 0) + 1)
          pass(pauseMs)
          elapsed += pauseMs
        }
        // Waits double from 1 s: n beyond the free ones take at least 2^n - 1 seconds.
        const beyond = 2 + Math.log2(1 + elapsed / 1000)
        const all = [...passed.values()]
        expect(Math.max(0, ...all)).toBeLessThanOrEqual(4 + beyond)
        expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100 + beyond)
      }),
      { numRuns: 30 },
    )
  })

  test('an owner who comes in between, from where they always do, never waits', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (attack) => {
        guard = new SignInGuard()
        const home = { account: 'victim', address: 'home' }
        for (const { from, pauseMs } of attack) {
          await attempt('victim', `address ${from}`)
          pass(pauseMs)
          expect(await attempt('victim', 'home')).toBe(0)
          await guard.succeeded(home)
        }
      }),
      { numRuns: 30 },
    )
  })
})
