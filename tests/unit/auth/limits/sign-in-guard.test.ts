import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignInGuard } from '@/lib/auth/limits/sign-in-guard'
import { isAppError } from '@/lib/platform/errors'

/** A guard with a clock that the test moves; `try` gives the wait in seconds, 0 when the attempt passed. */
function guardAt(start = 1_000_000) {
  let now = start
  const guard = new SignInGuard(() => now)
  const attempt = (account: string, address: string): number => {
    try {
      guard.attempt(account, address)
      return 0
    } catch (error) {
      if (isAppError(error)) return error.retryAfter ?? -1
      throw error
    }
  }
  return { guard, attempt, pass: (ms: number) => (now += ms) }
}

describe('what is remembered', () => {
  test('can’t be pushed out by names that are made up during a wait', () => {
    const { attempt } = guardAt()
    for (let free = 0; free < 5; free++) attempt('ada', 'a')
    for (let index = 0; index < 21; index++) attempt(`free ${index}`, 'b')
    for (let index = 0; index < 60_000; index++) attempt(`made up ${index}`, 'b')
    expect(attempt('ada', 'c')).toBe(1)
  })

  test('is one network of IPv6, whichever of its addresses is used', () => {
    const { attempt } = guardAt()
    for (let index = 0; index < 21; index++) attempt(`x${index}`, `2001:db8:0:7::${index + 1}`)
    expect(attempt('y', '2001:0db8:0000:0007:ffff::1')).toBe(1)
    expect(attempt('y', '2001:db8:0:8::1')).toBe(0)
  })
})

describe('waits', () => {
  test('begin after the free attempts and double, up to a quarter of an hour', () => {
    const { attempt, pass } = guardAt()
    for (let free = 0; free < 5; free++) expect(attempt('ada', 'a')).toBe(0)
    const waits: number[] = []
    for (let index = 0; index < 14; index++) {
      const wait = attempt('ada', `address ${index}`)
      waits.push(wait)
      pass(wait * 1000)
      expect(attempt('ada', `address ${index}`)).toBe(0)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  })

  test('are not prolonged by trying during the wait', () => {
    const { attempt, pass } = guardAt()
    for (let free = 0; free < 5; free++) attempt('ada', 'a')
    for (let index = 0; index < 50; index++) expect(attempt('ada', 'a')).toBe(1)
    pass(1000)
    expect(attempt('ada', 'a')).toBe(0)
  })

  test('end with the right password for the account, but not for the address', () => {
    const { guard, attempt, pass } = guardAt()
    for (let index = 0; index < 21; index++) attempt(`account ${index}`, 'attacker')
    pass(1000)
    expect(attempt('own account', 'attacker')).toBe(0)
    guard.succeeded('own account', 'attacker')
    expect(attempt('victim', 'attacker')).toBe(0)
    expect(attempt('victim', 'attacker')).toBeGreaterThan(0)
    expect(attempt('victim', 'elsewhere')).toBe(0)
  })

  test('are the account’s in whatever case and space it is written', () => {
    const { attempt } = guardAt()
    for (const name of ['ada@x.org', 'ADA@X.ORG', ' ada@x.org ', 'Ada@x.org', 'ada@X.org'])
      expect(attempt(name, 'a')).toBe(0)
    expect(attempt('ada@x.org', 'b')).toBe(1)
  })

  test('are forgotten after an hour of peace', () => {
    const { attempt, pass } = guardAt()
    for (let free = 0; free < 5; free++) attempt('ada', 'a')
    pass(3_600_001)
    for (let free = 0; free < 5; free++) expect(attempt('ada', 'a')).toBe(0)
  })
})

test('whatever the attacker does, the guesses at one account stay few', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ address: fc.nat(1000), pauseMs: fc.nat(5000) }), { maxLength: 400 }),
      (moves) => {
        const { attempt, pass } = guardAt()
        let passed = 0
        let elapsed = 0
        for (const { address, pauseMs } of moves) {
          if (attempt('victim', `address ${address}`) === 0) passed += 1
          pass(pauseMs)
          elapsed += pauseMs
        }
        // Waits double from 1 s: n beyond the free ones take at least 2^n - 1 seconds.
        expect(passed).toBeLessThanOrEqual(6 + Math.log2(1 + elapsed / 1000))
      },
    ),
  )
})
