import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { BufferPool } from '@/lib/downloads/hash/buffer-pool'
import { RateLimiter } from '@/lib/downloads/transfer/rate-limiter'
import { receive } from '@/lib/downloads/transfer/receive'

function receiving(body: Readable, skip = 0) {
  return receive({
    body,
    segment: { start: 0, at: 0, end: 100 },
    bodyEnd: 100,
    skip,
    write: async () => undefined,
    buffers: new BufferPool(),
    limiter: new RateLimiter(null),
    stallMs: 1000,
    signal: new AbortController().signal,
  })
}

const cut = { fault: { kind: 'transient' }, message: 'The connection was cut.' }

test('a body that was cut before anybody read it is a cut connection', async () => {
  const body = new Readable({ read: () => undefined }).on('error', () => undefined)
  body.push('bytes that nobody read')
  body.destroy(new Error('other side closed'))
  await new Promise((resolve) => body.once('close', resolve))
  await expect(receiving(body)).rejects.toMatchObject(cut)
})

test('so is one that was closed without a word', async () => {
  const body = new Readable({ read: () => undefined }).destroy()
  await new Promise((resolve) => body.once('close', resolve))
  await expect(receiving(body)).rejects.toMatchObject(cut)
})

test('one that has more than its range has is told from one that is full', async () => {
  expect(await receiving(Readable.from([Buffer.alloc(101)]))).toBe('overlong')
  expect(await receiving(Readable.from([Buffer.alloc(100)]))).toBe('filled')
})

test('and one that ends before what is there already, which is not the end of the file', async () => {
  await expect(receiving(Readable.from([Buffer.alloc(10)]), 11)).rejects.toMatchObject(cut)
  expect(await receiving(Readable.from([Buffer.alloc(11)]), 11)).toBe('short')
})
