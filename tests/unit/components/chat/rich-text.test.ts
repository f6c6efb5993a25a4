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
