import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import RichText from '@/components/chat/markdown/rich-text'

const html = (text: string) => renderToStaticMarkup(createElement(RichText, { text, grows: false }))

describe('the direction of an answer', () => {
  it.each(['# שלום', 'שלום **טורף**', '- ראשון', '1. ראשון', '> ציטוט', '|א|\n|-|\n|ב|'])(
    'is taken from the text: %s',
    (text) => expect(html(text)).toMatch(/^<\w+ [^>]*dir="auto"/),
  )

  it('is that of the outer block for what stands in it, which would hide its text otherwise', () => {
    expect(html('- ראשון\n\n  שני').match(/dir="auto"/g)).toHaveLength(1)
  })

  it('is from left to right for code, whatever is around it', () => {
    expect(html('הפקודה `ls -l`')).toMatch(/<code dir="ltr"/)
  })
})

describe('an answer', () => {
  it('never is markup of the page', () => {
    const shown = html('<img src=x onerror=alert(1)> <b>b</b>\n\n<script>alert(1)</script>')
    expect(shown).not.toMatch(/<(?:img|b|script)\b/)
    expect(shown).toContain('&lt;script&gt;')
  })

  it('fetches no picture from elsewhere, and links to it', () => {
    const shown = html('![a fox](https://example.org/fox.png)')
    expect(shown).not.toContain('<img')
    expect(shown).toContain('href="https://example.org/fox.png"')
  })

  it('links to no script', () => {
    expect(html('[a](javascript:alert(1)) ![b](data:text/html,x)')).not.toContain('href')
  })

  it('reads character references once', () => {
    expect(html('&amp;lt; &eacute; `&amp;`')).toContain('&amp;lt; é')
    expect(html('`&amp;`')).toContain('&amp;amp;')
  })

  it('leaves no level of headings out', () => {
    expect(html('## a\n\n#### b').match(/<h\d/g)).toEqual(['<h2', '<h3'])
  })

  it('has boxes for tasks', () => {
    const shown = html('- [x] done\n- [ ] to do')
    expect(shown.match(/aria-label="[^"]*"/g)).toEqual(['aria-label="Done"', 'aria-label="To do"'])
  })
})
