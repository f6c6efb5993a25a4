import { describe, expect, it } from 'vitest'
import { groupByDay } from '@/components/chat/conversations/group-by-day'

const at = (text: string) => new Date(text).getTime()
const conversation = (text: string) => ({
  ...{ id: text, title: text, model: null, created_at: 0, answering: false },
  updated_at: at(text),
})

describe('groupByDay', () => {
  it('groups under days, weekdays, dates, and months of other years', () => {
    const used = [
      '2026-11-24T10:00',
      '2026-11-24T00:10',
      '2026-11-23T23:50',
      '2026-11-20T12:00',
      '2026-11-03T12:00',
      '2025-12-31T12:00',
      '2025-12-01T12:00',
    ]
    const groups = groupByDay(used.map(conversation), at('2026-11-24T11:00'))
    expect(groups.map(({ label, conversations }) => [label, conversations.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      ['Friday', 1],
      ['November 3', 1],
      ['December 2025', 2],
    ])
  })
})
