import { expect, test } from 'vitest'
import { SpeedMeter } from '@/lib/downloads/jobs/job-view'

function run(seconds: number, rate: (second: number) => number) {
  let now = 0
  let bytes = 5000
  const meter = new SpeedMeter(bytes, () => now)
  const seen = []
  for (let tick = 0; tick < seconds * 10; tick++) {
    now += 100
    bytes += rate(now / 1000) / 10
    seen.push(meter.measure(bytes, 1_000_000))
  }
  return { seen, bytes }
}

test('does not count what was there before', () => {
  const { seen } = run(1, () => 1000)
  expect(seen.at(-1)?.bytesPerSecond).toBeCloseTo(1000, -2)
})

test('is smooth when bytes come in bursts', () => {
  const { seen } = run(20, (second) => (Math.floor(second) % 2 ? 2000 : 0))
  const late = seen.slice(100).map((speed) => speed.bytesPerSecond)
  expect(Math.min(...late)).toBeGreaterThan(600)
  expect(Math.max(...late)).toBeLessThan(1400)
})

test('tells the time left', () => {
  const { seen, bytes } = run(10, () => 1000)
  const eta = seen.at(-1)?.etaSeconds ?? 0
  expect(eta).toBeGreaterThan(((1_000_000 - bytes) / 1000) * 0.95)
  expect(eta).toBeLessThan(((1_000_000 - bytes) / 1000) * 1.05)
})

test('a stall shows as one, with no speed and no time left, and passes', () => {
  const { seen } = run(20, (second) => (second > 5 && second < 12 ? 0 : 1000))
  expect(seen[110]).toEqual({ bytesPerSecond: 0, etaSeconds: null, stalled: true })
  expect(seen.at(-1)).toMatchObject({ stalled: false })
  expect(seen.at(-1)?.bytesPerSecond).toBeGreaterThan(500)
})
