import { describe, expect, it } from 'vitest'
import { Heartbeat } from '@/lib/sse/timers'
import { ManualTimers } from './support'

describe('Heartbeat', () => {
  it('runs one timer for all, and none when nobody is there', async () => {
    const timers = new ManualTimers()
    const heartbeat = new Heartbeat(timers, 1000)
    expect(timers.active).toBe(0)
    const ticks: string[] = []
    const leave = ['a', 'b', 'c'].map((name) => heartbeat.add({ tick: () => ticks.push(name) }))
    expect(timers.active).toBe(1)
    await timers.advance(1000)
    expect(ticks).toEqual(['a', 'b', 'c'])
    for (const stop of leave) stop()
    expect(timers.active).toBe(0)
    heartbeat.add({ tick: () => ticks.push('d') })
    await timers.advance(1000)
    expect(ticks).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lets members leave while it ticks', async () => {
    const timers = new ManualTimers()
    const heartbeat = new Heartbeat(timers, 1000)
    let ticks = 0
    const stops = [1, 2, 3].map(() =>
      heartbeat.add({
        tick: () => {
          ticks++
          for (const stop of stops) stop()
        },
      }),
    )
    await timers.advance(5000)
    expect(ticks).toBe(1)
    expect(timers.active).toBe(0)
  })
})
