import { describe, expect, it } from 'vitest'
import { type MarkdownToken, parseBlock, splitBlocks } from '@/lib/client/markdown/parse'

function formulas(text: string, grows = false): unknown[] {
  const { blocks } = splitBlocks(text, grows)
  const tokens = blocks.flatMap((block) => parseBlock(block.text, grows))
  const within = (token: MarkdownToken): unknown[] =>
    token.type === 'math'
      ? [token.tex]
      : 'tokens' in token
        ? (token.tokens ?? []).flatMap(find)
        : []
  const find = (token: { type: string; tex?: string }) => (token.type === 'math' ? [token.tex] : [])
  return tokens.flatMap(within)
}

describe('formulas', () => {
  it.each([
    ['Let $a_1 * b_2 * c$ be.', ['a_1 * b_2 * c']],
    ['Let \\(a_1 + b_1\\) and \\(c\\) be.', ['a_1 + b_1', 'c']],
    ['$$\\int_0^1 x\\,dx$$', ['\\int_0^1 x\\,dx']],
    ['It is:\n\\[\n\\frac{a}{b} \\\\\n*c*\n\\]\nand so on.', ['\\frac{a}{b} \\\\\n*c*']],
    ['\\[\na\n\n= b\n\\]', ['a\n\n= b']],
    [
      '\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}',
      ['\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}'],
    ],
    ['It is $$x$$ here.', ['x']],
    ['*so $a*b$ it is*', []],
    ['$x$, $y$ and $z$.', ['x', 'y', 'z']],
  ])('%j has %j', (text, expected) => {
    expect(formulas(text)).toEqual(expected)
  })

  it.each([
    'It costs $5 and $10.',
    'From $5-$10.',
    'echo $HOME and $PATH',
    '`$a$`',
    '    $a$',
    '```\n$a$\n\\[b\\]\n```',
    'a \\$5 and 6\\$',
    'array\\[0\\',
    '$ a $',
  ])('%j has none', (text) => {
    expect(formulas(text)).toEqual([])
  })

  it.each([
    ['It is \\[ a_1 + b', ['a_1 + b']],
    ['$$\na_1', ['a_1']],
    ['\\begin{align} a_1', ['\\begin{align} a_1']],
  ])('%j has one whose end has not come', (text, expected) => {
    expect(formulas(text, true)).toEqual(expected)
    expect(formulas(text)).toEqual([])
  })

  it('stands in emphasis without ending it', () => {
    const [paragraph] = parseBlock('*so $a*b$ it is* here', false)
    const [em] = paragraph?.type === 'paragraph' ? paragraph.tokens : []
    expect(em).toMatchObject({ type: 'em', text: 'so $a*b$ it is' })
  })
})
