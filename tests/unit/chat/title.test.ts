import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { titleFrom } from '@/lib/chat/rows'

describe('titleFrom', () => {
  it.each([
    ['Tell me a story about a fox.', 'Tell me a story about a fox.'],
    ['  # A **bold** `plan`\n\nwith more', 'A bold plan with more'],
    ['```ts\nconst a = 1\n```\nExplain this', 'Explain this'],
    ['```', 'New chat'],
    [`${'word '.repeat(30)}`, 'word word word word word word word word word word word word…'],
  ])('%j becomes %j', (message, title) => {
    expect(titleFrom(message)).toBe(title)
  })

  it('is one line, never empty and never longer than 61 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (message) => {
        const title = titleFrom(message)
        expect(title.length).toBeGreaterThan(0)
        expect(title.length).toBeLessThanOrEqual(61)
        expect(title).not.toMatch(/[\n\r]/)
        expect(title.isWellFormed()).toBe(true)
      }),
    )
  })
})
