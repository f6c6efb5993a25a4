import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopMatcher } from '@/lib/engines/local/worker/stop-matcher'
import { TokenBytes } from '@/lib/engines/local/worker/token-bytes'
import { Utf8Assembler } from '@/lib/engines/local/worker/utf8-assembler'

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

describe('Utf8Assembler', () => {
  it('gives back any text, wherever its bytes are cut', () => {
    fc.assert(
      fc.property(unicode, places, (text, cuts) => {
        const assembler = new Utf8Assembler()
        const bytes = [...new TextEncoder().encode(text)]
        const result = cutAt(bytes, cuts).map((piece) => assembler.push(Uint8Array.from(piece)))
        expect(result.join('')).toBe(text)
      }),
    )
  })

  it('leaves out bytes that are no character, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), places, (noise, cuts) => {
        const cut = new Utf8Assembler()
        const pieces = cutAt([...noise], cuts).map((piece) => cut.push(Uint8Array.from(piece)))
        const whole = new TextDecoder('utf-8', { ignoreBOM: true })
          .decode(noise, { stream: true })
          .replaceAll('\ufffd', '')
        expect(pieces.join('').replaceAll('\ufffd', '')).toBe(whole)
      }),
    )
  })

  it('holds an unfinished character back', () => {
    const assembler = new Utf8Assembler()
    expect(assembler.push(Uint8Array.of(0xf0, 0x9f))).toBe('')
    expect(assembler.push(Uint8Array.of(0x99))).toBe('')
    expect(assembler.push(Uint8Array.of(0x82, 0x21))).toBe('🙂!')
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
          stopped = result.stopped
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
    expect(matcher.push('Yes.\n')).toEqual({ text: 'Yes.', stopped: false })
    expect(matcher.push('\nUs')).toEqual({ text: '', stopped: false })
    expect(matcher.push('ual')).toEqual({ text: '\n\nUsual', stopped: false })
    expect(matcher.push('\n\nUser: no')).toEqual({ text: '', stopped: true })
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
