import { describe, expect, it } from 'vitest'
import { Watchdog } from '@/lib/engines/local/watchdog'

describe('Watchdog', () => {
  function create(busy = true, reading = false) {
    let look = () => {}
    const hangs: string[] = []
    const timers = {
      every: (_ms: number, run: () => void) => {
        look = run
        return () => {
          look = () => {}
        }
      },
    }
    const watchdog = new Watchdog(timers, { isBusy: () => busy, isReading: () => reading }, (why) =>
      hangs.push(why),
    )
    watchdog.loading = false
    const looks = (count: number) => {
      for (let i = 0; i < count; i++) look()
    }
    return { watchdog, hangs, looks }
  }

  it('calls a worker hung after six looks, once, so that its end is told within two seconds', () => {
    const { watchdog, hangs, looks } = create()
    looks(5)
    watchdog.beat(0)
    looks(5)
    expect(hangs).toEqual([])
    looks(1)
    expect(hangs).toEqual(['it has stopped answering'])
    looks(20)
    expect(hangs).toEqual(['it has stopped answering'])
  })

  it('waits longer while it reads something long', () => {
    const { hangs, looks } = create(true, true)
    looks(79)
    expect(hangs).toEqual([])
    looks(1)
    expect(hangs).toEqual(['it has stopped answering'])
  })

  it('waits longer while a model loads', () => {
    const { watchdog, hangs, looks } = create()
    watchdog.loading = true
    looks(79)
    expect(hangs).toEqual([])
  })

  it('waits longer for a worker that has said so', () => {
    const { watchdog, hangs, looks } = create()
    watchdog.beat(1, true)
    looks(79)
    expect(hangs).toEqual([])
    watchdog.beat(1)
    looks(6)
    expect(hangs).toHaveLength(1)
  })

  it('calls a worker hung whose evaluation does not end, and only if it has work', () => {
    const working = create()
    const idle = create(false)
    for (const { watchdog, looks } of [working, idle])
      for (let i = 0; i < 600; i++) {
        watchdog.beat(7)
        looks(1)
      }
    expect(working.hangs).toEqual(['an evaluation does not end'])
    expect(idle.hangs).toEqual([])
  })
})
