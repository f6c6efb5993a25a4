import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { DownloadView } from '@/lib/downloads/schemas'
import type { hubModelDetails, hubModelReport } from '@/lib/hub/schemas'
import { fixedContent } from '../support/hub/content'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

type Details = z.infer<typeof hubModelDetails>
type Found = { data: z.infer<typeof hubModelReport>[] }

const MIB = 1024 * 1024

let hub: Hub
let server: TestServer

beforeAll(async () => {
  hub = await startHub()
  hub.add('acme/tiny-GGUF', {
    'tiny-Q4_K_M.gguf': ggufContent({ size: 4 * MIB, fileType: 15 }),
    'tiny-Q8_0.gguf': ggufContent({ size: 8 * MIB, fileType: 7 }),
    'mmproj-tiny-F16.gguf': ggufContent({ size: MIB, architecture: 'clip' }),
  })
  const part = (index: number) => ggufContent({ size: 2 * MIB, split: { index, count: 2 } })
  hub.add('acme/split', {
    'x-Q8_0-00001-of-00002.gguf': part(0),
    'x-Q8_0-00002-of-00002.gguf': part(1),
    'x-Q4_0-00001-of-00002.gguf': part(0),
  })
  const tagged = { 'tagged-Q8_0.gguf': ggufContent({ size: MIB }) }
  hub.add('acme/tagged', tagged, { revisions: ['main', 'v1'] })
  server = await startServer({ env: hub.env })
})

afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

afterEach(() => {
  for (const fault of Object.keys(hub.faults)) Reflect.deleteProperty(hub.faults, fault)
})

describe('a search', () => {
  it('finds models by their name', async () => {
    const { data } = await server.json<Found>('/v1/hub/search?q=tiny&sort=likes')
    expect(data).toMatchObject([{ id: 'acme/tiny-GGUF', gated: false, licence: 'mit' }])
  })

  it('refuses an order that it does not have', async () => {
    const response = await server.fetch('/v1/hub/search?sort=beauty')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'sort' } })
  })

  it('is clear when the hub is not there', async () => {
    hub.faults.down = {}
    const response = await server.fetch('/v1/hub/search?q=other')
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'hub_unreachable' } })
  })
})

describe('a link to the original hub', () => {
  it.each([
    ['https://huggingface.co/acme/tagged/tree/main', 'hf:acme/tagged'],
    [
      'https://huggingface.co/acme/tagged/blob/main/tagged-Q8_0.gguf',
      'hf:acme/tagged/tagged-Q8_0.gguf',
    ],
  ])('such as %s is asked from the mirror', async (address, reference) => {
    const { download_id, model_ref } = await server.json<DownloadView>('/v1/models/download', {
      method: 'POST',
      body: JSON.stringify({ model_ref: address }),
    })
    expect(model_ref).toBe(reference)
    await until(async () => {
      const job = await server.json<DownloadView>(`/v1/models/download/${download_id}`)
      return job.status === 'complete' && job.model_id === 'acme/tagged:Q8_0'
    })
  })
})

describe('a model of the hub', () => {
  it.each(['main', 'v1', ''])(
    'at the revision %j, which is the newest, has the id that a download of it gives',
    async (revision) => {
      const path = `/v1/hub/models/acme/tagged?revision=${revision}`
      const { variants } = await server.json<Details>(path)
      const [variant] = variants
      expect(variant?.model_id).toBe('acme/tagged:Q8_0')
      const { download_id } = await server.json<{ download_id: string }>('/v1/models/download', {
        method: 'POST',
        body: JSON.stringify({ model_ref: variant?.model_ref }),
        headers: { 'Content-Type': 'application/json' },
      })
      await until(async () => {
        const job = await server.json<DownloadView>(`/v1/models/download/${download_id}`)
        return job.status === 'complete' && job.model_id === variant?.model_id
      })
    },
  )

  it('shows its quantizations with size and fit, read from one header and not more', async () => {
    const model = await server.json<Details>('/v1/hub/models/acme/tiny-GGUF?context_length=512')
    expect(model).toMatchObject({
      id: 'acme/tiny-GGUF',
      context_length: 512,
      header: { architecture: 'llama', context_length: 2048, vocabulary_size: 5 },
      header_problem: null,
      projector: { path: 'mmproj-tiny-F16.gguf', size: MIB },
      variants: [
        { model_ref: 'hf:acme/tiny-GGUF:Q4_K_M', size: 4 * MIB, recommended: false },
        { model_ref: 'hf:acme/tiny-GGUF:Q8_0', size: 8 * MIB, recommended: true },
      ],
    })
    const layers = 2
    const perToken = layers * 2 * (16 + 16) * 2
    expect(model.variants[1]?.fit).toMatchObject({
      verdict: 'fits',
      parallel: 4,
      cache: 4 * 512 * perToken,
    })
    expect(hub.served('tiny-Q4_K_M.gguf')).toBe(0)
  })

  it('with parts is one variant, and one that lacks a part is not recommended', async () => {
    const { variants, header } = await server.json<Details>('/v1/hub/models/acme/split')
    expect(variants).toMatchObject([
      { quantization: 'Q8_0', size: 4 * MIB, complete: true, recommended: true },
      { quantization: 'Q4_0', complete: false, recommended: false },
    ])
    expect(variants[0]?.files).toHaveLength(2)
    expect(header?.parameters).toBeGreaterThan(3 * MIB)
  })

  it('that is gated is shown, with the reason why its header is not', async () => {
    hub.add('acme/gated', { 'g-Q8_0.gguf': ggufContent({ size: MIB }) }, { gated: 'manual' })
    const model = await server.json<Details>('/v1/hub/models/acme/gated')
    expect(model).toMatchObject({ gated: true, header: null })
    expect(model.header_problem).toContain('HF_TOKEN')
  })

  it.each([
    ['/v1/hub/models/acme/none', 404, 'repository_not_found', 'id'],
    ['/v1/hub/models/acme/split?revision=v9', 404, 'revision_not_found', 'revision'],
    ['/v1/hub/models/acme', 400, 'invalid_request', 'id'],
  ])('%s is %d %s and names the field %s', async (path, status, code, param) => {
    const response = await server.fetch(path)
    expect(response.status).toBe(status)
    const hint = expect.not.stringContaining('@')
    expect(await response.json()).toMatchObject({ error: { code, param, hint } })
  })

  it('whose file is empty says so', async () => {
    hub.add('acme/empty', { 'empty-Q8_0.gguf': fixedContent(Buffer.alloc(0)) })
    const { header_problem } = await server.json<Details>('/v1/hub/models/acme/empty')
    expect(header_problem).toContain('This GGUF file is empty')
  })
})
