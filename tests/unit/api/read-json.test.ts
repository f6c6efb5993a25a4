import { describe, expect, test } from 'vitest'
import { readJson } from '@/lib/api/read-json'
import { until } from '../../support/until'

const MAX = 1024 * 1024

/** A request whose body comes in these pieces; tells how many were taken. */
function sending(pieces: readonly (string | Uint8Array)[], headers: HeadersInit = {}) {
  let taken = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[taken]
        if (piece === undefined) controller.close()
        else {
          taken += 1
          controller.enqueue(typeof piece === 'string' ? Buffer.from(piece) : piece)
        }
      },
    },
    { highWaterMark: 0 },
  )
  const request = new Request('http://server/', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    ...{ duplex: 'half' },
  })
  return { request, taken: () => taken }
}

describe('readJson', () => {
  test('reads a text that is cut within a character', async () => {
    const bytes = Buffer.from('{"a":"é😀"}')
    const { request } = sending([...bytes].map((byte) => Uint8Array.of(byte)))
    expect(await readJson(request, MAX)).toEqual({ a: 'é😀' })
  })

  test.each([
    ['too deep', '['.repeat(101), 'json_too_deep'],
    ['too many objects', `[${'{},'.repeat(40_000)}`, 'json_too_large'],
    ['not UTF-8', Uint8Array.of(0x22, 0xc3, 0x28), 'invalid_encoding'],
  ])('takes the rest of what is %s, so that its sender reads why', async (_, start, code) => {
    const { request, taken } = sending([start, ' ', ' ', ' '])
    await expect(readJson(request, MAX)).rejects.toMatchObject({ status: 400, code })
    await until(() => taken() === 4, 'the rest to be taken')
  })

  test('takes the rest of what is too large too, and cuts what never ends', async () => {
    const { request, taken } = sending(['[1]', ' '.repeat(10), ' ', ' '])
    await expect(readJson(request, 10)).rejects.toMatchObject({ status: 413 })
    await until(() => taken() === 4, 'the rest to be taken')

    let sent = 0
    let isCut = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += MAX
        controller.enqueue(new Uint8Array(MAX))
      },
      cancel: () => {
        isCut = true
      },
    })
    const flood = new Request('http://server/', {
      method: 'POST',
      body: endless,
      headers: { 'content-type': 'application/json' },
      ...{ duplex: 'half' },
    })
    await expect(readJson(flood, 10)).rejects.toMatchObject({ status: 413 })
    await until(() => isCut, 'it to be cut')
    expect(sent).toBeLessThan(100 * MAX)
  })

  test.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/json; charset=utf-16' }],
    [{ 'content-encoding': 'gzip' }],
    [{ 'content-encoding': 'identity, br' }],
  ])('refuses %o', async (headers) => {
    const { request } = sending(['1'], headers)
    await expect(readJson(request, MAX)).rejects.toMatchObject({ status: 415 })
  })

  test.each([
    [{ 'content-type': 'application/json; charset=UTF-8' }],
    [{ 'content-type': 'application/merge-patch+json' }],
    [{ 'content-encoding': 'identity' }],
  ])('takes %o', async (headers) => {
    const { request } = sending(['1'], headers)
    expect(await readJson(request, MAX)).toBe(1)
  })
})
