import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createDownloads, type DownloadParts } from '@/lib/downloads/create-downloads'
import type { DownloadManager } from '@/lib/downloads/jobs/download-manager'
import type { Job } from '@/lib/downloads/jobs/job'
import { JobStore } from '@/lib/downloads/jobs/job-store'
import type { DownloadStatus } from '@/lib/downloads/schemas'
import { createHub } from '@/lib/hub/create-hub'
import { Catalog } from '@/lib/models/catalog'
import { readGgufFiles } from '@/lib/models/gguf/reader'
import { type Db, openDatabase } from '@/lib/platform/db/open'
import type { EventLog } from '@/lib/sse'
import { type Hub, startHub } from '../../../support/hub/hub'
import { until } from '../../../support/until'

/** The whole engine on a hub of its own, without the HTTP server. */
export type EngineHarness = {
  hub: Hub
  dataDir: string
  catalog: Catalog
  downloads: DownloadManager
  errors: string[]
  /** Waits until the job is in this state. */
  reaches(job: Job, status: DownloadStatus): Promise<void>
  /** The events about a job so far. */
  events(job: Job): { event: string; data: Record<string, unknown> }[]
  /** Takes a model out of the catalog and leaves its files. */
  forget(modelId: string): Promise<void>
  /** Writes a job's row as it is in memory. */
  saveRow(job: Job): Promise<void>
  /** Makes a job's row one that nobody understands, once the engine is restarted. */
  breakRow(id: string): Promise<void>
  /** Makes every write to the database fail, or work again. */
  refuseRows(refused: boolean): Promise<void>
  /** Ends the engine as a shutdown does, and starts another on the same data; with `full` none of its rows can be written. */
  restart(options?: { full: boolean }): Promise<void>
  close(): Promise<void>
}

export type EngineOptions = {
  concurrency?: number
  bytesPerSecond?: number
  timeouts?: DownloadParts['transfer']
  /** Servers besides the hub whose files may be downloaded. */
  hosts?: readonly string[]
  /** Between a model's files having their names and the catalog knowing of it. */
  beforeCatalog?: () => Promise<void>
  readGguf?: DownloadParts['readGguf']
  measureFree?: DownloadParts['measureFree']
}

export async function engineHarness(options: EngineOptions = {}): Promise<EngineHarness> {
  const hub = await startHub()
  const dataDir = await mkdtemp(join(tmpdir(), 'runnel-engine-'))
  const errors: string[] = []
  const config = {
    rootDir: process.cwd(),
    dataDir,
    hub: { endpoint: hub.url, token: undefined },
    proxy: { http: undefined, https: undefined, except: undefined },
    downloads: {
      hosts: [new URL(hub.cdnUrl).host, ...(options.hosts ?? [])],
      concurrency: options.concurrency ?? 2,
      connections: 4,
      bytesPerSecond: options.bytesPerSecond,
    },
  }
  const timeouts = { stallMs: 300, giveUpMs: 2000, backoffMs: { base: 10, cap: 50 } }
  const open = async ({ full } = { full: false }) => {
    const db: Db = await openDatabase(dataDir)
    if (full) await sql`PRAGMA query_only = 1`.execute(db)
    const catalog = new Catalog({ db, dataDir })
    const parts = createHub({ ...config, inference: { parallel: 4, memory: undefined } }, () => [])
    const downloads = createDownloads({
      config,
      db,
      log: { error: (_detail, message) => errors.push(message) },
      http: parts.http,
      resolve: (ref, signal) => parts.resolver.resolve(ref, signal),
      catalog: {
        get: (id) => catalog.get(id),
        filesAt: (path) => catalog.filesAt(path),
        install: async (model, gguf) => {
          await options.beforeCatalog?.()
          return catalog.install(model, gguf)
        },
      },
      readGguf: options.readGguf ?? readGgufFiles,
      measureFree: options.measureFree,
      transfer: { ...timeouts, ...options.timeouts },
    })
    await downloads.open()
    return { db, catalog, downloads }
  }
  let running = await open()
  const broken: string[] = []
  const shut = async () => {
    await running.downloads.close()
    const rows = running.db.updateTable('downloads').set({ status: 'odd', files_json: '{' })
    if (broken.length > 0) await rows.where('id', 'in', broken.splice(0)).execute()
    await running.db.destroy()
  }
  return {
    hub,
    dataDir,
    errors,
    get catalog() {
      return running.catalog
    },
    get downloads() {
      return running.downloads
    },
    reaches: async (job, status) => {
      await until(
        () => running.downloads.get(job.id).status === status,
        `${job.modelRef} to be ${status}`,
      )
    },
    events: (job) => eventsOf(running.downloads.progress({}).log, job.id),
    forget: async (id) => {
      await running.db.deleteFrom('models').where('id', '=', id).execute()
    },
    saveRow: (job) => new JobStore(running.db).save(job),
    breakRow: async (id) => {
      broken.push(id)
    },
    refuseRows: async (refused) => {
      await sql`PRAGMA query_only = ${sql.lit(refused ? 1 : 0)}`.execute(running.db)
    },
    restart: async (given) => {
      await shut()
      running = await open(given)
    },
    close: async () => {
      await shut()
      await hub.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

function eventsOf(log: EventLog, key: string) {
  const result = log.read({ epoch: log.epoch, seq: 0 }, 1e8)
  if (result instanceof Promise || result.kind !== 'entries') return []
  return result.entries
    .filter((entry) => entry.key === key)
    .map(({ bytes }) => {
      const text = Buffer.from(bytes).toString()
      return {
        event: /^event: (.*)$/m.exec(text)?.[1] ?? '',
        data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}'),
      }
    })
}
