import { describe, expect, it } from 'vitest'
import { completeMarkdown } from '@/lib/client/markdown/complete'

describe('completeMarkdown', () => {
  it.each([
    ['Once **upon', 'Once **upon**'],
    ['Once `upon', 'Once `upon`'],
    ['Once *upon', 'Once *upon*'],
    ['Once ~~upon', 'Once ~~upon~~'],
    ['See [the page](https://exa', 'See the page'],
    ['See [the page', 'See the page'],
    ['See **[the page](https://exa', 'See **the page**'],
    ['Once **', 'Once '],
    ['So ***both', 'So ***both***'],
    ['**a *b', '**a *b***'],
    ['- *a\n- **b', '- *a\n- **b**'],
    ['| **a | **b', '| **a | **b**'],
    ['* a\n* `b', '* a\n* `b`'],
  ])('closes %j as %j', (text, closed) => {
    expect(completeMarkdown(text)).toBe(closed)
  })

  it.each([
    'A **whole** text with `code`.',
    'With $a_1$ and \\(b_{2} * c\\) in it.',
    'Of \\(a_{1}\\) and \\[b_{2',
    '$$a_{1} * b',
    '20~25 degrees',
    '- > 25',
    'a <b',
    '* a point',
    '- a\\*b',
    '2 * 3 and 4',
    'snake_case_name',
    '```ts\nconst a = `b',
    '`a*b` and *c*',
  ])('leaves %j', (text) => {
    expect(completeMarkdown(text)).toBe(text)
  })

  it('closes what stands before a formula', () => {
    expect(completeMarkdown('So **it is \\(a_{1}\\) here')).toBe('So **it is \\(a_{1}\\) here**')
  })
})
