import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DownloadView } from '@/lib/endpoints/downloads'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { ProgressReader } from '../support/progress-reader'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

/** `node bench/downloads/kill.mjs 500` sets another number. */
const KILLS = Number(process.env.KILLS ?? 20)
const MIB = 1024 * 1024
const CONNECTIONS = 4
/** Enough for every life to get some of it, and for some to be killed while they verify and install. */
const content = ggufContent({ size: Math.max(24, KILLS * 4) * MIB + 321 })
const FILE = 'big.Q8_0.gguf'
const REF = 'hf:acme/big:Q8_0'

let hub: Hub
let server: TestServer
const seen: number[] = []

beforeAll(async () => {
  hub = await startHub({ models: { 'acme/big': { [FILE]: content } } })
  hub.faults.throttle = { bytesPerSecond: 4 * MIB }
  server = await startServer({ env: hub.env })
})
afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

/** What a subscriber sees of this life of the server. */
async function watch(): Promise<ProgressReader> {
  const reader = new ProgressReader(server, '/v1/models/download/progress')
  await until(
    () => reader.events.some(({ data }) => typeof data.bytes === 'number') || reader.ended,
  )
  return reader
}

function bytesSeen(reader: ProgressReader): number[] {
  return reader.events.flatMap(({ data }) => (typeof data.bytes === 'number' ? [data.bytes] : []))
}

test(
  `after ${KILLS} kills at random moments the file is right, and next to nothing was fetched again`,
  async () => {
    const started = await server.json<{ download_id: string }>('/v1/models/download', {
      method: 'POST',
      body: JSON.stringify({ model_ref: REF }),
    })
    let wasted = 0
    let reader = await watch()
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(Math.random() * 600)
      await server.kill()
      seen.push(...bytesSeen(reader))
      await server.start()
      const sent = hub.served(FILE)
      reader = await watch()
      const kept = bytesSeen(reader)[0] ?? content.size
      // Everything that the hub has sent and that is not on record was in vain.
      const again = sent - wasted - kept
      expect(again).toBeLessThanOrEqual(CONNECTIONS * 8 * MIB)
      wasted += Math.max(0, again)
    }
    delete hub.faults.throttle
    const ended = await until(
      async () => {
        const { downloads } = await server.json<{ downloads: DownloadView[] }>(
          '/v1/models/download',
        )
        expect(downloads).toHaveLength(1)
        return downloads[0]?.status === 'complete' ? downloads[0] : null
      },
      'the download to complete',
      120_000,
    )
    seen.push(...bytesSeen(reader))
    reader.close()

    expect(ended.download_id).toBe(started.download_id)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const bytes = await readFile(join(server.dataDir, 'models/hf/acme/big', FILE))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(content.sha256)
    const { data } = await server.json<{ data: { id: string }[] }>('/v1/models')
    expect(data.filter(({ id }) => id === 'acme/big:Q8_0')).toHaveLength(1)
    process.stdout.write(
      `${KILLS} kills, ${(wasted / MIB).toFixed(1)} of ${(content.size / MIB).toFixed(0)} MiB fetched again.\n`,
    )
  },
  60_000 + KILLS * 30_000,
)
