import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DownloadView } from '@/lib/downloads/schemas'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { ProgressReader } from '../support/progress-reader'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const MIB = 1024 * 1024
const PROGRESS = '/v1/models/download/progress'
let hub: Hub
let server: TestServer
let count = 0

beforeAll(async () => {
  hub = await startHub()
  server = await startServer({ env: hub.env })
})
afterAll(async () => {
  await server.dispose()
  await hub.stop()
})
beforeEach(async () => {
  for (const fault of Object.keys(hub.faults)) Reflect.deleteProperty(hub.faults, fault)
  await setRate(null)
})

/** A model of its own for each test. */
function addModel(size = 6 * MIB) {
  count += 1
  const name = `m${count}`
  const content = ggufContent({ size, seed: name })
  hub.add(`acme/${name}`, { [`${name}.Q8_0.gguf`]: content })
  return { ref: `hf:acme/${name}:Q8_0`, file: `${name}.Q8_0.gguf`, repo: `acme/${name}`, content }
}

const start = (model_ref: string) =>
  server.json<{ download_id: string; status: string; model_ref: string }>('/v1/models/download', {
    method: 'POST',
    body: JSON.stringify({ model_ref }),
  })
const get = (id: string) => server.json<DownloadView>(`/v1/models/download/${id}`)
const act = (id: string, verb: string) =>
  server.json<DownloadView>(`/v1/models/download/${id}/${verb}`, { method: 'POST' })
const cancel = (id: string) =>
  server.json<DownloadView>(`/v1/models/download/${id}`, { method: 'DELETE' })
const setRate = (bytes_per_second: number | null) =>
  server.json('/v1/models/download/rate', {
    method: 'PUT',
    body: JSON.stringify({ bytes_per_second }),
  })
const reaches = (id: string, status: string) =>
  until(async () => (await get(id)).status === status, `${id} to be ${status}`)

describe('a download', () => {
  test('is answered with 202, and its events tell all of it', async () => {
    const { ref, content, repo, file } = addModel()
    const reader = new ProgressReader(server, `${PROGRESS}?model_ref=${encodeURIComponent(ref)}`)
    const response = await server.fetch('/v1/models/download', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model_ref: ref }),
    })
    expect(response.status).toBe(202)
    const { download_id, model_ref } = await response.json()
    expect(model_ref).toBe(ref)
    await until(() => reader.ended, 'the stream to end by itself')
    const kinds = reader.events.map(({ event }) => event)
    expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual([
      'queued',
      'started',
      'progress',
      'verifying',
      'complete',
    ])
    for (const { data } of reader.events)
      expect(data).toMatchObject({ download_id, model_ref: ref })
    expect(reader.of('progress').at(-1)?.data).toMatchObject({
      bytes: content.size,
      total: content.size,
      bytes_per_second: expect.any(Number),
    })
    const installed = await readFile(join(server.dataDir, 'models/hf', repo, file))
    expect(createHash('sha256').update(installed).digest('hex')).toBe(content.sha256)
    const { data } = await server.json<{ data: { id: string }[] }>('/v1/models')
    expect(data.map(({ id }) => id)).toContain(`${repo}:Q8_0`)
  })

  test('of the built-in model is done at once', async () => {
    const { download_id } = await start('builtin:storyteller')
    await reaches(download_id, 'complete')
    const view = await get(download_id)
    expect(view.bytes).toBe(view.total)
    expect(view.model_id).toBe('storyteller')
  })

  test('with a reference that is none is refused, and one of nothing fails', async () => {
    for (const body of ['{"model_ref":"no such thing"}', '{}', '{"model_ref":""}']) {
      const headers = { 'content-type': 'application/json' }
      const response = await server.fetch('/v1/models/download', { method: 'POST', headers, body })
      expect(response.status).toBe(400)
    }
    const { download_id } = await start('hf:acme/nothing')
    const reader = new ProgressReader(server, `${PROGRESS}?download_id=${download_id}`)
    expect((await reader.waitFor('error')).data).toMatchObject({
      code: 'repository_not_found',
      message: expect.any(String),
      hint: expect.any(String),
    })
    await until(() => reader.ended)
  })
})

describe('the progress feed', () => {
  test('shows two subscribers the same events; a late one gets the state; one that comes back misses nothing', async () => {
    const { ref } = addModel()
    await setRate(3 * MIB)
    const first = new ProgressReader(server, PROGRESS)
    const second = new ProgressReader(server, PROGRESS)
    await until(() => first.status === 200 && second.status === 200)
    const { download_id } = await start(ref)
    await until(() => first.of('progress').length > 5)
    const seen = first.events.at(-1)
    const late = new ProgressReader(server, PROGRESS)
    await late.waitFor('progress')
    expect(late.events.slice(0, 2).map(({ event }) => event)).toEqual(['started', 'progress'])
    first.close()
    const back = new ProgressReader(server, PROGRESS, seen?.id)
    await setRate(null)
    for (const reader of [second, late, back]) await reader.waitFor('complete')
    const ids = (reader: ProgressReader) =>
      reader.events
        .filter(({ data, id }) => data.download_id === download_id && id)
        .map(({ id }) => id)
    expect([...ids(first), ...ids(back)]).toEqual(ids(second))
    for (const reader of [second, late, back]) reader.close()
  })

  test('tells of an ended download at once, ends, and answers a reconnect with 204', async () => {
    const { ref } = addModel(MIB)
    const { download_id } = await start(ref)
    await reaches(download_id, 'complete')
    const reader = new ProgressReader(server, `${PROGRESS}?download_id=${download_id}`)
    await until(() => reader.ended)
    expect(reader.events.map(({ event }) => event)).toEqual(['started', 'progress', 'complete'])
    const again = new ProgressReader(
      server,
      `${PROGRESS}?download_id=${download_id}`,
      reader.events.at(-1)?.id,
    )
    await until(() => again.ended)
    expect(again.status).toBe(204)
    const nobody = await server.fetch(`${PROGRESS}?download_id=nobody`)
    expect(nobody.status).toBe(404)
  })

  test('keeps to ten progress events a second, never goes back, and says when it is stalled', async () => {
    const { ref } = addModel(12 * MIB)
    await setRate(6 * MIB)
    const { download_id } = await start(ref)
    const reader = new ProgressReader(server, `${PROGRESS}?download_id=${download_id}`)
    await until(() => reader.of('progress').some(({ data }) => Number(data.bytes) > 3 * MIB))
    hub.faults.stall = { afterBytes: 0 }
    await until(() => reader.of('progress').some(({ data }) => data.stalled), 'a stall to be told')
    const stalled = reader.of('progress').find(({ data }) => data.stalled)
    expect(stalled?.data).toMatchObject({ bytes_per_second: 0, eta_seconds: null })
    delete hub.faults.stall
    await setRate(null)
    // The stalled connections would be given up after 15 s; a pause does it at once.
    await act(download_id, 'pause')
    await act(download_id, 'resume')
    await reader.waitFor('complete')
    const bytes = reader.of('progress').map(({ data }) => Number(data.bytes))
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
  })
})

describe('a job', () => {
  test('is one for one file, whoever asks', async () => {
    const { ref, file, content } = addModel()
    await setRate(2 * MIB)
    const ids = await Promise.all([start(ref), start(ref), start(ref.toLowerCase()), start(ref)])
    expect(new Set(ids.map(({ download_id }) => download_id)).size).toBe(1)
    await setRate(null)
    await reaches(ids[0]?.download_id ?? '', 'complete')
    expect(hub.served(file)).toBe(content.size)
  })

  test('can be paused, resumed, moved, cancelled and forgotten', async () => {
    const models = [addModel(), addModel(), addModel(), addModel()]
    await setRate(MIB)
    const ids: string[] = []
    for (const { ref } of models) ids.push((await start(ref)).download_id)
    const [a = '', b = '', c = '', d = ''] = ids
    expect((await get(c)).position).toBe(1)
    const moved = await server.json<DownloadView>(`/v1/models/download/${d}/move`, {
      method: 'POST',
      body: JSON.stringify({ direction: 'up' }),
    })
    expect(moved.position).toBe(1)
    expect((await act(a, 'pause')).status).toBe('paused')
    await reaches(d, 'downloading')
    expect((await cancel(c)).status).toBe('cancelled')
    await setRate(null)
    for (const id of [b, d]) await reaches(id, 'complete')
    await act(a, 'resume')
    await reaches(a, 'complete')
    const wrong = await server.fetch(`/v1/models/download/${a}/retry`, { method: 'POST' })
    expect(wrong.status).toBe(409)
    for (const id of ids) await cancel(id)
    const { downloads } = await server.json<{ downloads: DownloadView[] }>('/v1/models/download')
    expect(downloads.filter(({ download_id }) => ids.includes(download_id))).toEqual([])
  })

  test('is cancelled at once, also in a stall', async () => {
    const { ref, file } = addModel()
    hub.faults.stall = { afterBytes: 300_000 }
    const { download_id } = await start(ref)
    // All four connections stall: none of them is still to be opened.
    await until(() => hub.served(file) >= 1_200_000)
    const asked = () => hub.requests.filter((request) => request.path.endsWith(file)).length
    const before = asked()
    const { status } = await cancel(download_id)
    expect(status).toBe('cancelled')
    // A stall ends by asking again: an answer that comes before that did not wait for it.
    expect(asked()).toBe(before)
  })

  test('that failed is tried again from where it stood', async () => {
    const { ref, repo, file, content } = addModel(12 * MIB)
    await setRate(6 * MIB)
    const { download_id } = await start(ref)
    await until(async () => (await get(download_id)).bytes > 3 * MIB)
    hub.faults.redirectTo = { url: 'http://10.0.0.1/' }
    hub.faults.expire = { afterBytes: 0 }
    await reaches(download_id, 'failed')
    const failed = await get(download_id)
    expect(failed.error).toMatchObject({ code: 'address_refused', hint: expect.any(String) })
    delete hub.faults.redirectTo
    delete hub.faults.expire
    await setRate(null)
    await act(download_id, 'retry')
    await reaches(download_id, 'complete')
    expect(hub.served(file)).toBeLessThan(content.size * 1.5)
    const installed = await readFile(join(server.dataDir, 'models/hf', repo, file))
    expect(createHash('sha256').update(installed).digest('hex')).toBe(content.sha256)
  })

  test('leaves no orphan; what is one is listed and cleared', async () => {
    const { orphans } = await server.json<{ orphans: unknown[] }>('/v1/models/download/orphans')
    expect(orphans).toEqual([])
    const cleared = await server.json('/v1/models/download/orphans', { method: 'DELETE' })
    expect(cleared).toEqual({ freed_bytes: 0 })
  })
})
