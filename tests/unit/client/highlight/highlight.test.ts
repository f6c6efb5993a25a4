import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GrowingCode } from '@/lib/client/highlight/growing-code'
import { type CodeLine, loadHighlight } from '@/lib/client/highlight/highlighter'

const textOf = (lines: readonly CodeLine[]) =>
  lines.map((line) => line.map(({ content }) => content).join('')).join('\n')

async function highlighted(fence: string) {
  const highlight = await loadHighlight(fence)
  if (!highlight) throw new Error(`${fence} is not known.`)
  return highlight
}

describe('loadHighlight', () => {
  it.each([
    ['ts', 'const a: string = "x" // c', { keyword: 'const', string: '"x"', comment: '// c' }],
    ['py', 'def f(x):\n  return 1 # no', { keyword: 'def', function: 'f', constant: '1' }],
    ['sql', "SELECT 'a' from t", { keyword: 'SELECT', string: "'a'" }],
    ['html', '<style>a { color: red }</style><script>const b = 1</script>', { constant: '1' }],
    ['json', '{"a": "b"}', { function: '"a"', string: '"b"' }],
    ['diff', '+ a\n- b', { string: '+ a', keyword: '- b' }],
  ])('%s: %j', async (fence, code, expected) => {
    const pieces = (await highlighted(fence))(code).flat()
    for (const [kind, content] of Object.entries(expected))
      expect(pieces).toContainEqual({ content, kind })
  })

  it.each(['python3', 'TSX', 'c++', 'yml'])('knows %s', async (fence) => {
    expect(await loadHighlight(fence)).not.toBeNull()
  })
  it.each(['', 'text', 'constructor', '__proto__'])('shows %j plain', async (fence) => {
    expect(await loadHighlight(fence)).toBeNull()
  })

  it('leaves code plain that nobody has written by hand', async () => {
    const highlight = await highlighted('ts')
    for (const code of ['const a = 1;'.repeat(100), 'const a = 1\n'.repeat(20_000)])
      expect(
        new Set(
          highlight(code)
            .flat()
            .map(({ kind }) => kind),
        ),
      ).toEqual(new Set(['plain']))
  })
})

describe('GrowingCode', () => {
  const line = fc.constantFrom('const a = "b"', '/* c', 'd */', '', 'if (e) return `f', '` // g')

  it('loses nothing, and is in the end as code that came at once', async () => {
    const highlight = await highlighted('ts')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), fc.nat(400), (lines, step) => {
        const code = lines.join('\n')
        const growing = new GrowingCode(highlight)
        for (let end = 0; end < code.length; end += step + 1)
          expect(textOf(growing.lines(code.slice(0, end), true))).toBe(code.slice(0, end))
        expect(growing.lines(code, false)).toEqual(highlight(code))
      }),
      { numRuns: 30 },
    )
  })

  it('reads each line a bounded number of times, however long the code grows', async () => {
    const original = await highlighted('ts')
    let read = 0
    const growing = new GrowingCode((code) => {
      read += code.length
      return original(code)
    })
    const LINE = 'const fox = "red" // a kite\n'
    const grow = (from: number, to: number) => {
      read = 0
      for (let count = from; count < to; count++) growing.lines(LINE.repeat(count), true)
      return read
    }
    const first = grow(100, 200)
    expect(grow(1_100, 1_200)).toBeLessThan(1.5 * first)
  })

  it('keeps the lines that look as before', async () => {
    const growing = new GrowingCode(await highlighted('ts'))
    const [first] = growing.lines('const a = 1\nb', true)
    expect(growing.lines('const a = 1\nb = 2\nc', true)[0]).toBe(first)
    expect(growing.lines('const a = 1\nb = 2\nc', false)[0]).toBe(first)
  })
})
