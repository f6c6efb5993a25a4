import { describe, expect, it } from 'vitest'
import { decodeEntities, safeHref } from '@/lib/client/markdown/parse'

describe('safeHref', () => {
  it.each(['https://example.com/a?b=c', 'http://10.0.0.1', 'mailto:ada@example.com'])(
    '%s may be followed',
    (href) => expect(safeHref(href)).toBe(href),
  )

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '/api/chat/conversations',
    '//example.com',
    '',
  ])('%j may not', (href) => expect(safeHref(href)).toBeNull())
})

describe('decodeEntities', () => {
  it.each([
    ['a &amp; b', 'a & b'],
    ['&lt;b&gt;', '<b>'],
    ['&#39;&#x41;', "'A"],
    ['&rarr; &eacute;', '→ é'],
    ['&#9999999;', '\uFFFD'],
    ['&nothing;', '&nothing;'],
    ['AT&T', 'AT&T'],
  ])('%j reads %j', (text, read) => expect(decodeEntities(text)).toBe(read))
})
