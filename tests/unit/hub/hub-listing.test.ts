import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { hubClient } from './hub-http'

const SHA = 'a'.repeat(40)
const MODEL = JSON.stringify({ id: 'acme/tiny', modelId: 'acme/tiny', sha: SHA, tags: [] })
const MIB = 1024 * 1024

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** A hub that has one model; `listing` answers what its files are. */
async function hubWith(listing: RequestListener): Promise<string> {
  server = createServer((request, response) => {
    if (request.url?.includes('/tree/')) listing(request, response)
    else response.end(MODEL)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The hub has no port.')
  return `http://127.0.0.1:${address.port}`
}

function filesAt(endpoint: string) {
  const client = hubClient(endpoint)
  const newest = { revision: null, fresh: true }
  return client.repository('acme/tiny', newest, new AbortController().signal)
}

const file = (path: string) => ({ type: 'file', path, size: 1, oid: SHA })

test('a listing of many pages is read to its end, at the mirror though its links lead elsewhere', async () => {
  const endpoint = await hubWith((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://hub').searchParams.get('page') ?? 0)
    const next = `https://huggingface.co/api/models/acme/tiny/tree/${SHA}?recursive=true&page=${page + 1}`
    if (page < 4) response.setHeader('Link', `<${next}>; rel="next"`)
    response.end(
      JSON.stringify(Array.from({ length: 1000 }, (_, at) => file(`${page}/${at}.gguf`))),
    )
  })
  const { files } = await filesAt(endpoint)
  expect(files).toHaveLength(5000)
  expect(files.at(-1)?.path).toBe('4/999.gguf')
})

test('what is no model file may look odd, and a file that is listed twice is one', async () => {
  const entries: unknown[] = [
    null,
    'text',
    { type: 'directory', path: 'sub', oid: SHA },
    { type: 'symlink', path: 'x.gguf' },
    { type: 'file', path: 'README.md' },
    { type: 'file', path: 7 },
    { ...file('a.gguf'), lfs: null },
    { ...file('b.gguf'), lfs: { oid: `sha256:${'AB'.repeat(32)}`, size: 5 } },
    file('a.gguf'),
  ]
  const endpoint = await hubWith((_request, response) => response.end(JSON.stringify(entries)))
  expect((await filesAt(endpoint)).files).toEqual([
    { path: 'a.gguf', size: 1, sha256: null },
    { path: 'b.gguf', size: 5, sha256: 'ab'.repeat(32) },
  ])
})

test.each([
  [{ size: '1' }, 'lacks its size or hash'],
  [{ size: -1 }, 'lacks its size or hash'],
  [{ size: undefined }, 'lacks its size or hash'],
  [{ lfs: { oid: 'abc', size: 1 } }, 'lacks its size or hash'],
  [{ lfs: { size: 1 } }, 'lacks its size or hash'],
])('a model file with %j is not guessed at', async (odd, message) => {
  const entries = [{ ...file('a.gguf'), ...odd }]
  const endpoint = await hubWith((_request, response) => response.end(JSON.stringify(entries)))
  await expect(filesAt(endpoint)).rejects.toMatchObject({
    code: 'hub_error',
    message: expect.stringMatching(new RegExp(`a\\.gguf.*${message}`)),
  })
})

test('a listing whose pages lead back to themselves is refused', async () => {
  const endpoint = await hubWith((request, response) => {
    response.setHeader('Link', `<http://127.0.0.1${request.url}>; rel="next"`)
    response.end('[]')
  })
  await expect(filesAt(endpoint)).rejects.toMatchObject({
    code: 'hub_error',
    message: expect.stringContaining('has no end'),
  })
})

test('an answer that goes on for ever is not collected', async () => {
  const block = Buffer.alloc(MIB, ' ')
  const endpoint = await hubWith((_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write(block));
    }
    response.on('drain', pour)
    pour()
  })
  await expect(filesAt(endpoint)).rejects.toMatchObject({
    code: 'hub_error',
    message: expect.stringContaining('more than its API ever sends'),
  })
})

test('files with letters beyond ASCII are there, and names that no disk takes are not', async () => {
  const names = [
    '模型-Q8_0.gguf',
    'größe (v1) Q4_0.gguf',
    `${'模'.repeat(80)}.gguf`,
    'a\u202eb.gguf',
  ]
  const endpoint = await hubWith((_request, response) => {
    response.end(JSON.stringify(names.map(file)))
  })
  const { files } = await filesAt(endpoint)
  expect(files.map(({ path }) => path)).toEqual(names.slice(0, 2))
})
