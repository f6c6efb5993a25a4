import fc from 'fast-check'
import type { Token } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import { piecesOf, readText } from '@/lib/engines/local/worker/long-text'

/** A tokenizer to which four characters are a token, and that counts what it was given. */
function counting() {
  const reads: number[] = []
  let breaths = 0
  const tokenize = (text: string): Token[] => {
    reads.push(text.length)
    return Array.from<Token>({ length: Math.ceil(text.length / 4) })
  }
  const breathe = async () => {
    breaths++
  }
  return { reads, breathe, vocabulary: { tokenize }, breaths: () => breaths }
}

describe('the pieces of a long text', () => {
  it('are the text, none is too long, and no character is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 2, max: 9 }),
        (text, size) => {
          const pieces = [...piecesOf(text, size)]
          expect(pieces.join('')).toBe(text)
          for (const piece of pieces) {
            expect(piece.length).toBeGreaterThan(0)
            expect(piece.length).toBeLessThanOrEqual(size)
            expect(piece.isWellFormed()).toBe(true)
          }
        },
      ),
    )
  })

  it('end before a space where there is one', () => {
    expect([...piecesOf('one two three', 6)]).toEqual(['one', ' two', ' three'])
  })
})

describe('readText', () => {
  const text = 'fox '.repeat(1_000_000)

  it('stops where it is sure that a text is too long', async () => {
    const { reads, vocabulary, breathe } = counting()
    const tokens = await readText(text, vocabulary.tokenize, {
      limit: 2000,
      stopAtLimit: true,
      breathe,
    })
    expect(tokens.length).toBeGreaterThan(2000)
    expect(reads).toHaveLength(1)
  })

  it('lets others go on before each piece, and counts all where that is wanted', async () => {
    const { reads, vocabulary, breathe, breaths } = counting()
    const tokens = await readText(text, vocabulary.tokenize, {
      limit: 2000,
      stopAtLimit: false,
      breathe,
    })
    expect(tokens.length).toBeGreaterThanOrEqual(1_000_000)
    expect(breaths()).toBe(reads.length)
    expect(Math.max(...reads)).toBeLessThanOrEqual(50_000)
  })

  it('reads a text that fits as a whole in the end, because pieces may have other tokens', async () => {
    const { reads, vocabulary, breathe } = counting()
    const limit = 1_000_000
    const tokens = await readText(text, vocabulary.tokenize, { limit, stopAtLimit: true, breathe })
    expect(tokens).toHaveLength(1_000_000)
    expect(reads.at(-1)).toBe(text.length)
  })
})
