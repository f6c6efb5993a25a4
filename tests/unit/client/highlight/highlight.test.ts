import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginCode } from '@/lib/client/highlight/begin-code'
import { GrowingCode } from '@/lib/client/highlight/growing-code'
import { languageOf } from '@/lib/client/highlight/languages'

const NAMES = [
  'bash',
  'c',
  'css',
  'diff',
  'go',
  'html',
  'java',
  'js',
  'json',
  'py',
  'rs',
  'sql',
  'toml',
  'ts',
  'yaml',
]
const signs = [
  '"',
  "'",
  '`',
  '"""',
  '/*',
  '*/',
  '//',
  '#',
  '<!--',
  '-->',
  '<a',
  '>',
  '${',
  '}',
  '\\',
  '\n',
  ' ',
  'if',
  '1.5',
  'x',
  '/',
  '(',
  '-',
]
const code = fc.array(fc.constantFrom(...signs), { maxLength: 40 }).map((parts) => parts.join(''))

function begin(name: string): GrowingCode {
  const grammar = languageOf(name)
  if (!grammar) throw new Error(`${name} is not known.`)
  return new GrowingCode(grammar)
}

/** The pieces of a kind, as text. */
function coloured(name: string, text: string, kind: string): string[] {
  return begin(name)
    .lines(text)
    .flat()
    .filter((piece) => piece.kind === kind)
    .map(({ content }) => content)
}

describe.each(NAMES)('code in %s', (name) => {
  it('loses nothing, and is coloured while it grows as it is in the end', () => {
    fc.assert(
      fc.property(code, fc.integer({ min: 0, max: 60 }), (text, cut) => {
        const growing = begin(name)
        growing.lines(text.slice(0, cut))
        const lines = growing.lines(text)
        expect(lines.map((line) => line.map(({ content }) => content).join('')).join('\n')).toBe(
          text,
        )
        expect(lines).toEqual(begin(name).lines(text))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the lines that are whole', () => {
    const growing = begin(name)
    const [first] = growing.lines('a = 1\nb')
    expect(growing.lines('a = 1\nb = 2\nc')[0]).toBe(first)
  })

  it.each([['a'], [' '], ['"'], ['/'], ['<a '], ['${'], ['\\'], ['a-'], ['(']])(
    'is quick however often %j is written',
    (sign) => {
      const started = performance.now()
      begin(name).lines(`${sign.repeat(900 / sign.length)}\n`.repeat(50))
      expect(performance.now() - started).toBeLessThan(2000)
    },
  )
})

describe('colours', () => {
  it.each([
    ['ts', `const a: string = \`x \${b} y\` // c`, 'keyword', ['const']],
    ['ts', 'const a = 1 /* b\nc */ + d', 'comment', ['/* b', 'c */']],
    ['ts', 'return /a"b/.test(x)', 'string', ['/a"b/']],
    ['ts', 'a / b / c', 'string', []],
    ['py', 'def f(x):\n  """Says\n  so."""\n  return x', 'string', ['"""Says', '  so."""']],
    ['py', 'def f(x): # no', 'function', ['f']],
    ['rs', "fn f<'a>(x: &'a str) -> char { 'x' }", 'string', ["'x'"]],
    ['sql', "SELECT 'it''s' from t", 'keyword', ['SELECT', 'from']],
    ['html', '<a href="x">don\'t "quote"</a>', 'string', ['"x"']],
    ['json', '{"a": "b", "c": -1.5e3}', 'function', ['"a"', '"c"']],
    ['yaml', 'name: x # y\nurl: http://a#b', 'comment', ['# y']],
    ['css', 'a:hover { color: #fff }', 'constant', ['#fff']],
    ['bash', 'echo "$HOME" | grep -v x # y', 'function', ['echo', 'grep']],
    ['diff', '+ a\n- b\n  c', 'string', ['+ a']],
    ['go', 's := `a\nb`', 'string', ['`a', 'b`']],
  ])('%s: %j has %s %j', (name, text, kind, pieces) => {
    expect(coloured(name, text, kind)).toEqual(pieces)
  })
})

describe('beginCode', () => {
  it.each(['python3', 'TSX', 'c++', 'yml'])('knows %s', (fence) => {
    expect(beginCode(fence)).not.toBeNull()
  })
  it.each(['', 'text', 'constructor', '__proto__'])('shows %j plain', (fence) => {
    expect(beginCode(fence)).toBeNull()
  })
})
