import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DownloadView } from '@/lib/downloads/schemas'
import { fixedContent, truncatedContent } from '../support/hub/content'
import type { Faults } from '../support/hub/faults'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const MIB = 1024 * 1024
let hub: Hub
let server: TestServer
let stalled: string
const stalling = ggufContent({ size: 8 * MIB + 11, seed: 'stalling' })

beforeAll(async () => {
  hub = await startHub()
  server = await startServer({ env: { ...hub.env, RUNNEL_DOWNLOAD_CONCURRENCY: '4' } })
})
afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

async function start(ref: string): Promise<string> {
  const body = JSON.stringify({ model_ref: ref })
  const options = { method: 'POST', body }
  return (await server.json<DownloadView>('/v1/models/download', options)).download_id
}

const download = async (ref: string) => ends(await start(ref), ref)

function ends(download_id: string, ref: string): Promise<DownloadView> {
  return until(
    async () => {
      const view = await server.json<DownloadView>(`/v1/models/download/${download_id}`)
      return ['complete', 'failed'].includes(view.status) ? view : null
    },
    `${ref} to end`,
    55_000,
  )
}

const passing: [string, Faults][] = [
  ['a 200 with the whole body to a range', { ignoreRange: {} }],
  ['a 206 with another offset', { wrongOffset: { times: 2 } }],
  ['a 206 with another length', { wrongLength: { times: 2 } }],
  ['an HTML page with status 200', { page: { type: 'html', times: 2 } }],
  ['a JSON error with status 200', { page: { type: 'json', times: 2 } }],
  ['bodies that end early', { endEarly: { afterBytes: 700_000 } }],
  ['a connection reset every megabyte', { reset: { afterBytes: 1_000_000 } }],
  ['signed addresses that expire', { expire: { afterBytes: 2 * MIB } }],
  ['416', { rangeNotSatisfiable: { times: 1 } }],
  [
    '429 with seconds',
    { status: { code: 429, times: 2, retryAfter: { seconds: 1, as: 'seconds' } } },
  ],
  ['503 with a date', { status: { code: 503, times: 2, retryAfter: { seconds: 1, as: 'date' } } }],
  ['no Content-Length', { noLength: {} }],
  ['no ranges at all', { noRanges: {} }],
]

/** The stall takes 15 s, in which the other tests go on. */
test('a stall on one connection begins', async () => {
  hub.add('acme/stalled', { 'x.Q8_0.gguf': stalling })
  hub.faults.stall = { afterBytes: 100_000, times: 1 }
  stalled = await start('hf:acme/stalled')
  await until(() => hub.faults.stall?.times === 0, 'the stall')
  delete hub.faults.stall
})

test.each(passing)('%s: the file comes whole', async (name, fault) => {
  const id = name.replace(/\W+/g, '-')
  const content = ggufContent({ size: 8 * MIB + 11, seed: name })
  hub.add(`acme/${id}`, { 'x.Q8_0.gguf': content })
  Object.assign(hub.faults, fault)
  const view = await download(`hf:acme/${id}`)
  for (const key of Object.keys(fault)) Reflect.deleteProperty(hub.faults, key)
  expect(view).toMatchObject({ status: 'complete', bytes: content.size, error: null })
  const bytes = await readFile(join(server.dataDir, `models/hf/acme/${id}/x.Q8_0.gguf`))
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(content.sha256)
})

const good = ggufContent({ size: 2 * MIB })
const ending: [string, Faults, string][] = [
  ['a redirect loop', { redirectLoop: {} }, 'redirect_loop'],
  [
    'a redirect to a private address',
    { redirectTo: { url: 'http://192.168.1.1/' } },
    'address_refused',
  ],
  [
    'a redirect to another host',
    { redirectTo: { url: 'https://example.com/' } },
    'address_refused',
  ],
  ['a gated model', { gated: {} }, 'gated_model'],
  ['a private model', { private: {} }, 'repository_not_found'],
]

test.each(ending)('%s: fails with its own word', async (name, fault, code) => {
  const id = name.replace(/\W+/g, '-')
  hub.add(`acme/${id}`, { 'x.Q8_0.gguf': good })
  Object.assign(hub.faults, fault)
  const view = await download(`hf:acme/${id}`)
  for (const key of Object.keys(fault)) Reflect.deleteProperty(hub.faults, key)
  expect(view).toMatchObject({ status: 'failed', error: { code, hint: expect.any(String) } })
})

const bad = [
  ['wrong-hash', { content: good, claimedSha256: 'a'.repeat(64) }, 'checksum_mismatch'],
  ['no-gguf', fixedContent(Buffer.alloc(100_000, 'x')), 'invalid_gguf'],
  ['cut-gguf', truncatedContent(good, MIB), 'truncated_gguf'],
  ['too-large', { content: { ...good, size: 8e15 } }, 'disk_full'],
] as const

test.each(bad)('a file that is %s: is not installed', async (name, file, code) => {
  hub.add(`acme/${name}`, { 'x.Q8_0.gguf': file })
  const view = await download(`hf:acme/${name}`)
  expect(view).toMatchObject({ status: 'failed', error: { code } })
  const { data } = await server.json<{ data: { id: string }[] }>('/v1/models')
  expect(data.map(({ id }) => id)).not.toContain(`acme/${name}:Q8_0`)
})

test('what is not there is told apart: repository, revision, file', async () => {
  hub.add('acme/there', { 'x.Q8_0.gguf': good })
  const code = async (ref: string) => (await download(ref)).error?.code
  expect(await code('hf:acme/nowhere')).toBe('repository_not_found')
  expect(await code('hf:acme/there@nowhere')).toBe('revision_not_found')
  expect(await code('hf:acme/there/y.gguf')).toBe('file_not_found')
})

test('a stall on one connection ends, and the file comes whole', async () => {
  expect(await ends(stalled, 'the stalled one')).toMatchObject({ status: 'complete', error: null })
  const bytes = await readFile(join(server.dataDir, 'models/hf/acme/stalled/x.Q8_0.gguf'))
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(stalling.sha256)
})
