import { describe, expect, it } from 'vitest'
import { Watchdog } from '@/lib/inference/local/watchdog'

function create() {
  let look = () => {}
  let stopped = false
  const whys: string[] = []
  const timers = {
    every: (_ms: number, run: () => void) => {
      look = run
      return () => {
        stopped = true
      }
    },
  }
  const watchdog = new Watchdog(
    timers,
    () => true,
    (why) => whys.push(why),
  )
  const looks = (count: number) => {
    for (let made = 0; made < count && !stopped; made++) look()
  }
  return { watchdog, looks, whys }
}

describe('the watchdog of a worker', () => {
  it('calls it hung after six looks, so that its end is told within two seconds', () => {
    const { watchdog, looks, whys } = create()
    watchdog.loading = false
    looks(5)
    watchdog.beat(0)
    looks(5)
    expect(whys).toEqual([])
    looks(1)
    expect(whys).toEqual(['it has stopped answering'])
  })

  it('waits longer for one that loads, or has said that it will be silent', () => {
    const { watchdog, looks, whys } = create()
    looks(50)
    watchdog.loading = false
    watchdog.beat(0, true)
    looks(50)
    expect(whys).toEqual([])
    looks(50)
    expect(whys).toHaveLength(1)
  })
})
