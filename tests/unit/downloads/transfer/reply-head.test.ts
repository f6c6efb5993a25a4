import { expect, test } from 'vitest'
import { parseReplyHead } from '@/lib/downloads/transfer/reply-head'

const parse = (text: string) => parseReplyHead(Buffer.from(text, 'latin1'))

test('reads status, headers and how the body ends', () => {
  const text = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 12\r\nETag:  "a b" \r\n\r\n'
  expect(parse(`${text}body`)).toEqual({
    head: {
      status: 206,
      headers: { 'content-length': '12', etag: '"a b"' },
      length: 12,
      reusable: true,
    },
    bytes: text.length,
  })
})

test.each([
  ['HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n', null, false],
  ['HTTP/1.1 200\r\n\r\n', null, false],
  ['HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n', null, false],
  ['HTTP/1.1 204 No Content\r\n\r\n', 0, true],
  ['HTTP/1.1 206 OK\r\nContent-Length: 5\r\nConnection: Close\r\n\r\n', 5, false],
  ['HTTP/1.0 206 OK\r\nContent-Length: 5\r\n\r\n', 5, false],
])('%j has a body of %s bytes; used again: %s', (text, length, reusable) => {
  expect(parse(text)?.head).toMatchObject({ length, reusable })
})

test('waits for the end of the head, but not for ever', () => {
  expect(parse('HTTP/1.1 206 OK\r\nContent-Le')).toBeNull()
  expect(() => parse(`HTTP/1.1 206 OK\r\nA: ${'x'.repeat(70_000)}`)).toThrow('HTTP')
})

test.each([
  'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/2 200\r\n\r\n',
  'HTTP/1.1 206 OK\r\nno colon\r\n\r\n',
  'HTTP/1.1 206 OK\r\nA: b\r\n folded\r\n\r\n',
  'HTTP/1.1 206 OK\r\nA b: c\r\n\r\n',
])('refuses %j', (text) => {
  expect(() => parse(text)).toThrow(/server/)
})
