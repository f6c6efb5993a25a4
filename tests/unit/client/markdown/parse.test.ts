import fc from 'fast-check'
import { Tokenizer } from 'marked'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { known, type MarkdownToken, parseBlock, splitBlocks } from '@/lib/client/markdown/parse'

afterEach(() => void vi.restoreAllMocks())

const signs = [
  ...['\n', '\n\n', ' ', '    ', '\t', '#', '>', '-', '+', '1.', '*', '**', '_', '~', '~~', '`'],
  ...['```', '|', '|-|', '[', ']', '](', ')', '!', '<', '<b>', '&', '\\', '===', 'http://', 'a'],
  ...['$', '$$', '\\(', '\\)', '\\[', '\\]'],
]
const wild = fc.array(fc.constantFrom(...signs), { maxLength: 40 }).map((parts) => parts.join(''))
const squeeze = (value: string) => value.replace(/\s+/g, '')

const parse = (text: string): MarkdownToken[] => {
  const { blocks, links } = splitBlocks(text, false)
  return blocks.flatMap((block) => parseBlock(block.text, false, links))
}

/** The tokens of a kind, however deep. */
function all(kind: string, tokens: readonly MarkdownToken[]): MarkdownToken[] {
  return tokens.flatMap((token) => [
    ...(token.type === kind ? [token] : []),
    ...('tokens' in token ? all(kind, known(token.tokens)) : []),
    ...(token.type === 'list' ? all(kind, token.items) : []),
  ])
}

describe('splitBlocks', () => {
  it('loses no word of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), wild), (text) => {
        const { blocks, definitions } = splitBlocks(text, false)
        const kept = squeeze(blocks.map((block) => block.text).join('') + definitions)
        expect([...kept].sort()).toEqual([...squeeze(text)].sort())
      }),
    )
  })

  it('leaves whole blocks as they were while the text grows', () => {
    const text =
      '# A fox\n\nOnce *upon* a time.\n\n- one\n- two\n\n```ts\nconst a = 1\n\nconst b = 2\n```\n\n\\[\nx\n\\]\n\nThe end.'
    const { blocks } = splitBlocks(text, true)
    for (let end = 1; end < text.length; end++) {
      const before = splitBlocks(text.slice(0, end), true).blocks.slice(0, -1)
      const trimmed = (list: typeof blocks) => list.map((block) => block.text.trimEnd())
      expect(trimmed(blocks).slice(0, before.length)).toEqual(trimmed(before))
    }
  })

  it.each([
    ['# a\n\n## b\n\n### c\n\n# d', [1, 2, 3, 1]],
    ['## a\n\n#### b\n\n### c\n\n## d\n\n# e', [1, 2, 2, 1, 1]],
    ['a\n\n###### b', [null, 1]],
  ])('gives the headings of %j levels of which none is left out', (text, levels) => {
    expect(splitBlocks(text, false).blocks.map(({ level }) => level)).toEqual(levels)
  })

  it('finds the addresses of references in other blocks', () => {
    const [paragraph] = parse('See [the page].\n\n[the page]: https://example.org')
    expect(all('link', paragraph ? [paragraph] : [])).toMatchObject([
      { href: 'https://example.org' },
    ])
  })
})

describe('parseBlock', () => {
  it('takes no HTML, and keeps what markup is between it', () => {
    const tokens = parse(
      '<script>alert(1)</script>\n\na <b onclick="x">*b*</b>\n\n<div>\n\n*c*\n\n</div>',
    )
    expect(all('html', tokens)).toEqual([])
    expect(all('em', tokens)).toHaveLength(2)
    expect(tokens[0]?.raw).toBe('<script>alert(1)</script>')
  })

  it('breaks a line where a cell says so', () => {
    const [table] = parse('|a|\n|-|\n|b<br>c<br/>d|')
    const cell = table?.type === 'table' ? table.rows[0]?.[0] : undefined
    expect(cell?.tokens.map(({ type }) => type)).toEqual(['text', 'br', 'text', 'br', 'text'])
  })

  it('reads emphasis behind many signs that are none', () => {
    const text = `${'2 * 3 is not snake_case. '.repeat(100)}**It is** _so_.`
    expect(all('strong', parse(text))).toHaveLength(1)
    expect(all('em', parse(text))).toHaveLength(1)
  })

  it('throws for no text', () => {
    fc.assert(
      fc.property(wild, fc.boolean(), (text, grows) => {
        for (const block of splitBlocks(text, grows).blocks) parseBlock(block.text, grows)
      }),
      { numRuns: 2000 },
    )
  })
})

/** Texts that took a parser 5 s and more, and others of their kind; `n` times over. */
const SLOW: Record<string, (n: number) => string> = {
  stars: (n) => '**a* '.repeat(n),
  'stars in blocks': (n) => '**a* **a* **a* **a*\n\n'.repeat(n / 4),
  spaces: (n) => `# a${' '.repeat(6 * n)}b`,
  tildes: (n) => '~~a '.repeat(n),
  links: (n) => '[a]('.repeat(n),
  formulas: (n) => '\\(a '.repeat(n),
  environments: (n) => '\\begin{a}\n'.repeat(n),
}

describe('the work for a text', () => {
  it.each(Object.entries(SLOW))('grows with its length alone: %s', (_, text) => {
    let read = 0
    for (const method of ['emStrong', 'del', 'link'] as const) {
      const original = Tokenizer.prototype[method]
      vi.spyOn(Tokenizer.prototype, method).mockImplementation(function (
        this: Tokenizer,
        ...args: [string, string, string?]
      ) {
        read += args[0].length
        return Reflect.apply(original, this, args)
      })
    }
    const work = (n: number) => {
      read = 0
      parse(text(n))
      return read
    }
    const few = work(2_000)
    expect(work(4_000)).toBeLessThan(2.5 * few + 1_000)
  })

  it.each([
    ['of spaces', `# a${' '.repeat(6_000)}b`],
    ['of spaces and a price', `$5${' '.repeat(6_000)}b`],
    ['of letters', 'a'.repeat(6_000)],
  ])('is done in short pieces for text %s', (_, text) => {
    const original = Tokenizer.prototype.inlineText
    const lengths: number[] = []
    vi.spyOn(Tokenizer.prototype, 'inlineText').mockImplementation(function (
      this: Tokenizer,
      src: string,
    ) {
      lengths.push(src.length)
      return original.call(this, src)
    })
    parse(text)
    expect(lengths.length).toBeGreaterThan(10)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(201)
  })

  it.each([
    ['stars', '**a* '.repeat(12_000)],
    ['spaces', `# a${' '.repeat(60_000)}b`],
  ])('is not done for more %s than anybody writes in one paragraph', (_, text) => {
    const [block] = parse(text)
    expect(block && 'tokens' in block && known(block.tokens).map(({ type }) => type)).toEqual([
      'text',
    ])
    expect(block?.raw).toBe(text)
  })

  it('cuts no address', () => {
    for (let length = 150; length < 220; length++) {
      const text = `${'狐'.repeat(length)}https://example.org/a`
      expect(all('link', parse(text))).toHaveLength(1)
    }
  })

  it('is not done for an address that nobody can have meant', () => {
    expect(all('link', parse(`http://a${')'.repeat(30_000)}`))).toEqual([])
    expect(all('link', parse(`http://a/${'b'.repeat(1_900)}`))).toHaveLength(1)
  })

  it.each([
    ['quotes', '>'.repeat(5_000)],
    ['lists', '- '.repeat(5_000)],
    ['emphasis', '*a **b '.repeat(5_000)],
    ['links', '['.repeat(5_000)],
  ])('has an end however deep %s stand in one another', (_, text) => {
    const shown = JSON.stringify(parse(`${text}fox`))
    expect(shown).toContain('fox')
  })
})
