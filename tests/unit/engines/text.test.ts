import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopMatcher, TextOutput, type TextPiece } from '@/lib/engines/local/worker/text-output'
import { TokenBytes } from '@/lib/engines/local/worker/vocabulary'

/** Cuts a list at the given places. */
function cutAt<T>(all: T[], places: number[]): T[][] {
  const ends = [...new Set(places.map((place) => place % (all.length + 1)))].sort((a, b) => a - b)
  let from = 0
  const pieces: T[][] = []
  for (const end of [...ends, all.length]) {
    pieces.push(all.slice(from, end))
    from = end
  }
  return pieces
}

const places = fc.array(fc.nat(200), { maxLength: 12 })
const unicode = fc.string({ unit: 'binary', maxLength: 40 })

/** What a vocabulary whose tokens are bytes writes of pieces of text, each piece a token. */
function shownOf(pieces: readonly Uint8Array[], stop: readonly string[] = []) {
  const shown: TextPiece[] = []
  const vocabulary = { bytesOf: (token: number) => pieces[token] ?? new Uint8Array(0) }
  const output = new TextOutput<number>(vocabulary, stop, new Set<number>(), (piece) =>
    shown.push(piece),
  )
  const isStopped = pieces.some((_, id) => output.push(id, logprobOf(id)))
  output.finish()
  const logprobs = shown.flatMap((piece) => piece.logprobs ?? []).map(({ token }) => Number(token))
  return { text: shown.map(({ text }) => text).join(''), logprobs, isStopped, shown }
}

const logprobOf = (id: number) => ({ token: String(id), bytes: [], logprob: -1, top: [] })
const encode = (text: string) => new TextEncoder().encode(text)

describe('TextOutput', () => {
  it('gives back any text with the log probability of each token, wherever its bytes are cut', () => {
    fc.assert(
      fc.property(unicode, places, (text, cuts) => {
        const pieces = cutAt([...encode(text)], cuts).map((piece) => Uint8Array.from(piece))
        const { text: shown, logprobs, shown: events } = shownOf(pieces)
        expect(shown).toBe(text)
        expect(logprobs).toEqual([...pieces.keys()])
        expect(events.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(pieces.length)
      }),
    )
  })

  it('shows whole characters only, and tells of the tokens of one that a limit has cut', () => {
    const pieces = [encode('a'), Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x99)]
    const { text, logprobs } = shownOf(pieces)
    expect(text).toBe('a')
    expect(logprobs).toEqual([0, 1, 2])
    expect(shownOf([...pieces, Uint8Array.of(0x82, 0x21)]).text).toBe('a🙂!')
  })

  it('tells of no token of a stop string, and of all before it', () => {
    const pieces = ['One', ' two', '\n', '\nUs', 'er:', ' no'].map(encode)
    const stopped = shownOf(pieces, ['\n\nUser:'])
    expect(stopped).toMatchObject({ text: 'One two', isStopped: true, logprobs: [0, 1] })
    const partly = shownOf(['One', ' two.\n', '\nUser:'].map(encode), ['\n\nUser:'])
    expect(partly).toMatchObject({ text: 'One two.', logprobs: [0, 1] })
    const other = shownOf(['One', '\n', '\nUs'].map(encode), ['\n\nUser:'])
    expect(other).toMatchObject({ text: 'One\n\nUs', isStopped: false, logprobs: [0, 1, 2] })
  })
})

describe('StopMatcher', () => {
  const words = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }),
    { maxLength: 3 },
  )
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 })

  it('shows what comes before the first stop string and nothing after, however the text is cut', () => {
    fc.assert(
      fc.property(words, text, places, (stops, whole, cuts) => {
        const matcher = new StopMatcher(stops)
        let shown = ''
        let stopped = false
        for (const piece of cutAt([...whole], cuts)) {
          const result = matcher.push(piece.join(''))
          shown += result.text
          stopped = result.stop !== undefined
          if (result.stop !== undefined)
            expect(whole.slice(shown.length).startsWith(result.stop)).toBe(true)
          // Nothing that was shown may turn out to have been the beginning of a stop string.
          expect(whole.startsWith(shown)).toBe(true)
          if (stopped) break
        }
        const ends = stops.map((stop) => whole.indexOf(stop)).filter((at) => at !== -1)
        if (!stopped) shown += matcher.flush()
        expect(stopped).toBe(ends.length > 0)
        if (ends.length === 0) expect(shown).toBe(whole)
        else for (const stop of stops) expect(shown.includes(stop)).toBe(false)
      }),
    )
  })

  it('holds back what may become a stop string', () => {
    const matcher = new StopMatcher(['\n\nUser:'])
    expect(matcher.push('Yes.\n')).toEqual({ text: 'Yes.' })
    expect(matcher.push('\nUs')).toEqual({ text: '' })
    expect(matcher.push('ual')).toEqual({ text: '\n\nUsual' })
    expect(matcher.push('\n\nUser: no')).toEqual({ text: '', stop: '\n\nUser:' })
  })
})

describe('TokenBytes', () => {
  const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

  it('reads byte-level BPE', () => {
    const bytes = new TokenBytes({
      model: 'gpt2',
      tokens: ['Ġa', 'Ċ', 'Ã', '<|im_end|>'],
      tokenTypes: [1, 1, 1, 3],
    })
    const of = (id: number, special = false) => bytes.of(id, special)
    expect(read(of(0))).toBe(' a')
    expect(read(of(1))).toBe('\n')
    expect([...of(2)]).toEqual([0xc3])
    expect(read(of(3))).toBe('')
    expect(read(of(3, true))).toBe('<|im_end|>')
  })

  it('reads SentencePiece', () => {
    const bytes = new TokenBytes({
      model: 'llama',
      tokens: ['▁Once', '<0xE2>', '<tool_call>'],
      tokenTypes: [1, 6, 4],
    })
    expect(read(bytes.of(0))).toBe(' Once')
    expect([...bytes.of(1)]).toEqual([0xe2])
    expect(read(bytes.of(2))).toBe('<tool_call>')
  })
})
