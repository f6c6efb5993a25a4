import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Marked } from 'marked'
import { describe, expect, it } from 'vitest'
import { parseBlocks } from '@/lib/client/markdown/parse-blocks'
import { blocksToHtml } from '@/tests/support/markdown-html'

/** What marked reads, which is known and large, in the words of `blocksToHtml`. */
function theirs(text: string): string {
  const html = new Marked({ gfm: true, breaks: true }).parse(text, { async: false })
  return html
    .replace(/<(p|li|h\d|ul|ol|pre|table|tr|td|th|blockquote)( [^>]*)?>/g, '<$1>')
    .replace(/<\/?(?:thead|tbody)>|<code class="[^"]*">/g, '')
    .replace(/<pre><code>|<pre>/g, '<pre>')
    .replace(/<\/code><\/pre>/g, '</pre>')
    .replace(/<(\/?)th>/g, '<$1td>')
    .replace(/<input [^>]*?(checked="" )?disabled[^>]*> ?/g, (_, done) => (done ? '[x] ' : '[ ] '))
    .replace(/<p>(\[.\] )/g, '$1<p>')
    .replace(/ title="[^"]*"/g, '')
    .replace(/<img src="([^"]*)" alt="([^"]*)">/g, '<a href="$1">$2</a>')
    .replace(/\s+/g, '')
}
const ours = (text: string) => blocksToHtml(parseBlocks(text)).replace(/\s+/g, '')

const root = new URL('../../../../', import.meta.url).pathname
const documents = ['.', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

describe('a document reads as marked reads it', () => {
  it.each(documents)('%s', (name) => {
    const text = readFileSync(join(root, name), 'utf8')
    expect(ours(text)).toBe(theirs(text))
  })
})

describe('what models write reads as marked reads it', () => {
  const word = fc.constantFrom('fox', 'a kite', 'the end.', 'snake_case', '2 * 3', 'f(x)', 'it’s')
  const piece = fc.oneof(
    { weight: 4, arbitrary: word },
    word.map((text) => `**${text.trim()}**`),
    word.map((text) => `*${text.trim()}*`),
    word.map((text) => `\`${text}\``),
    word.map((text) => `[${text}](https://example.org/${text.length})`),
    fc.constantFrom('~~gone~~', '***both***', 'https://example.org/a', '\\*no\\*', '&lt;'),
  )
  const line = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(' '))
  const list = (sign: (index: number) => string) =>
    fc
      .array(fc.tuple(line, fc.array(line, { maxLength: 2 })), { minLength: 1, maxLength: 4 })
      .map((items) =>
        items
          .map(([text, inner], index) =>
            [`${sign(index)} ${text}`, ...inner.map((text) => `   - ${text}`)].join('\n'),
          )
          .join('\n'),
      )
  const block = fc.oneof(
    fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
    fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([n, text]) => `${'#'.repeat(n)} ${text}`),
    list((index) => `${index + 1}.`),
    list(() => '- '),
    line.map((text) => `> ${text}\n> ${text}`),
    line.map((text) => `\`\`\`js\nconst a = 1\n\n// ${text}\n\`\`\``),
    fc.tuple(line, line).map(([a, b]) => `| ${a} | b |\n| --- | :-: |\n| ${b} | c |`),
    fc.constantFrom('---', '- [x] done\n- [ ] to do', '    code'),
  )

  it('block after block', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
        const text = blocks.join('\n\n')
        expect(ours(text)).toBe(theirs(text))
      }),
      { numRuns: 1000 },
    )
  })
})
