import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatBytesOf,
  formatContext,
  formatCount,
  formatDuration,
  formatPercent,
  formatTimeLeft,
} from '@/lib/client/format'

describe('formats', () => {
  it('writes sizes as people read them', () => {
    expect([0, 512, 999, 1000, 42_000_000, 1_300_000_000].map(formatBytes)).toEqual([
      '0 B',
      '512 B',
      '999 B',
      '1.0 kB',
      '42 MB',
      '1.3 GB',
    ])
    expect(formatBytesOf(1_500_000_000, 2_500_000_000)).toBe('1.5 of 2.5 GB')
    expect(formatBytesOf(0, 900)).toBe('0 of 900 B')
  })

  it('writes durations in one unit', () => {
    expect([31, 1400, 36_000, 180_000, 7_200_000, 4 * 86_400_000].map(formatDuration)).toEqual([
      '31 ms',
      '1.4 s',
      '36 s',
      '3 min',
      '2 h',
      '4 days',
    ])
    expect(formatTimeLeft(0.2)).toBe('1 s left')
  })

  it('writes how long ago by the calendar, not by 24 hours', () => {
    const noon = new Date(2026, 0, 10, 12).getTime()
    expect(formatAgo(noon - 30_000, noon)).toBe('just now')
    expect(formatAgo(noon - 180_000, noon)).toBe('3 min ago')
    expect(formatAgo(noon - 11 * 3_600_000, noon)).toBe('today')
    expect(formatAgo(noon - 13 * 3_600_000, noon)).toBe('yesterday')
    expect(formatAgo(noon - 5 * 86_400_000, noon)).toBe('5 days ago')
  })

  it('writes counts in three digits, and never 100 % too early', () => {
    expect([842, 1234, 15_000, 1_200_000, 4_000_000_000].map(formatCount)).toEqual([
      '842',
      '1.2k',
      '15k',
      '1.2M',
      '4B',
    ])
    expect([512, 1024, 131_072].map(formatContext)).toEqual(['512', '1k', '128k'])
    expect(formatPercent(0.9999)).toBe('99 %')
  })
})
