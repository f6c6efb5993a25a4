import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DownloadView } from '@/lib/downloads/schemas'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { ProgressReader } from '../support/progress-reader'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

/** `node bench/downloads/kill.mjs 500` sets another number. */
const KILLS = Number(process.env.KILLS ?? 10)
const MIB = 1024 * 1024
const CONNECTIONS = 4
const CONCURRENCY = 2
/** Small enough that some kills come while a file is verified and installed. */
const FILES = Array.from({ length: Math.ceil(KILLS / 4) }, (_, index) => ({
  name: `big${index}`,
  content: ggufContent({ size: 16 * MIB + index, seed: `kill${index}` }),
}))

let hub: Hub
let server: TestServer

beforeAll(async () => {
  hub = await startHub()
  for (const { name, content } of FILES) hub.add(`acme/${name}`, { [`${name}.Q8_0.gguf`]: content })
  hub.faults.throttle = { bytesPerSecond: 2 * MIB }
  server = await startServer({ env: { ...hub.env, RUNNEL_DOWNLOAD_CONCURRENCY: `${CONCURRENCY}` } })
})
afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

const list = async () =>
  (await server.json<{ downloads: DownloadView[] }>('/v1/models/download')).downloads
const sentInAll = () => FILES.reduce((sum, { name }) => sum + hub.served(`${name}.Q8_0.gguf`), 0)

/** All that a subscriber was shown in any life of the server, by download. */
const shown = new Map<string, number[]>()
function note(reader: ProgressReader): void {
  for (const { data } of reader.events) {
    if (typeof data.bytes !== 'number') continue
    const id = String(data.download_id)
    shown.set(id, [...(shown.get(id) ?? []), data.bytes])
  }
}

test(
  `after ${KILLS} kills at random moments every file is right, and next to nothing was fetched again`,
  async () => {
    const ids = new Set<string>()
    for (const { name } of FILES) {
      const body = JSON.stringify({ model_ref: `hf:acme/${name}` })
      const started = await server.json<DownloadView>('/v1/models/download', {
        method: 'POST',
        body,
      })
      ids.add(started.download_id)
    }
    let reader = new ProgressReader(server, '/v1/models/download/progress')
    let wasted = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(Math.random() * 600)
      await server.kill()
      note(reader)
      // Nothing may come in before it has been seen what was kept.
      hub.faults.down = {}
      await server.start()
      const kept = (await list()).reduce((sum, { bytes }) => sum + bytes, 0)
      const again = sentInAll() - wasted - kept
      expect(again).toBeLessThanOrEqual(CONCURRENCY * CONNECTIONS * 8 * MIB)
      wasted += again
      reader = new ProgressReader(server, '/v1/models/download/progress')
      delete hub.faults.down
    }
    delete hub.faults.throttle
    await until(
      async () => (await list()).every(({ status }) => status === 'complete'),
      'all',
      120_000,
    )
    note(reader)
    reader.close()

    expect(new Set((await list()).map(({ download_id }) => download_id))).toEqual(ids)
    for (const bytes of shown.values()) expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    const { data } = await server.json<{ data: { id: string }[] }>('/v1/models')
    for (const { name, content } of FILES) {
      const path = join(server.dataDir, 'models/hf/acme', name, `${name}.Q8_0.gguf`)
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
      expect(hash).toBe(content.sha256)
      expect(data.filter(({ id }) => id === `acme/${name}:Q8_0`)).toHaveLength(1)
    }
    const [again, all] = [wasted, sentInAll()].map((bytes) => (bytes / MIB).toFixed(1))
    process.stdout.write(`${KILLS} kills; of ${all} MiB sent, ${again} were for nothing.\n`)
  },
  120_000 + KILLS * 30_000,
)
