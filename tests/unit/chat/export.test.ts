import { parse } from 'content-disposition'
import { expect, test } from 'vitest'
import { attachmentNamed } from '@/lib/chat/export'

/** What a client that knows `filename*` saves, and what one does that knows `filename` only. */
function namesOf(title: string) {
  const header = attachmentNamed(title, 'md')
  expect(header).toMatch(/^[\x20-\x7e]*$/)
  const ascii = /filename="?([^";]*)"?(?:;|$)/.exec(header)?.[1]
  return [parse(header).parameters.filename, ascii]
}

test.each([
  ['日本語の話', '日本語の話.md', 'chat.md'],
  ['Привет, мир!', 'привет-мир.md', 'chat.md'],
  ['हिन्दी में', 'हिन्दी-में.md', 'chat.md'],
  ['Crème brûlée', 'crème-brûlée.md', 'creme-brulee.md'],
  ['Plain title', 'plain-title.md', 'plain-title.md'],
  ['../../etc/passwd', 'etcpasswd.md', 'etcpasswd.md'],
  ['a"; filename="evil.exe', 'a-filenameevilexe.md', 'a-filenameevilexe.md'],
  ['line\r\nSet-Cookie: x', 'line-set-cookie-x.md', 'line-set-cookie-x.md'],
  ['🙂🙂', 'chat.md', 'chat.md'],
  ['❤️ ☺️', 'chat.md', 'chat.md'],
  ['---', 'chat.md', 'chat.md'],
])('%j is saved as %s', (title, full, ascii) => {
  expect(namesOf(title)).toEqual([full, ascii])
})

test('a long title makes a name that a file system takes', () => {
  const [name = ''] = namesOf('語'.repeat(200))
  expect(Buffer.byteLength(name)).toBeLessThan(255)
})
