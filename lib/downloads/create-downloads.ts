import { join } from 'node:path'
import type { Config } from '@/lib/platform/config'
import type { Db } from '@/lib/platform/db/open'
import type { HttpClient } from '@/lib/platform/http/http-client'
import { MemoryLog } from '@/lib/sse'
import { HashThread } from './hash/hash-thread'
import { DiskSpace, type MeasureFree } from './jobs/disk-space'
import { DownloadManager } from './jobs/download-manager'
import { DownloadStarter } from './jobs/download-starter'
import { DownloadStats } from './jobs/download-stats'
import { FileLocks } from './jobs/file-locks'
import { Installer, type InstallTarget, type ReadGguf } from './jobs/installer'
import { JobList } from './jobs/job-list'
import { JobRecorder } from './jobs/job-recorder'
import { JobRunner, type Resolve } from './jobs/job-runner'
import { type JobLog, type JobObserver, JobScheduler } from './jobs/job-scheduler'
import { JobStore } from './jobs/job-store'
import { Orphans, recordedBytes } from './jobs/partials'
import { ProgressFeed } from './jobs/progress-feed'
import type { Fault } from './transfer/faults'
import { readBootId } from './transfer/files'
import { RateLimiter } from './transfer/rate-limiter'
import type { TransferSettings } from './transfer/settings'

export type DownloadParts = {
  config: Pick<Config, 'rootDir' | 'dataDir' | 'downloads'>
  db: Db
  log: JobLog
  http: HttpClient
  resolve: Resolve
  catalog: InstallTarget
  readGguf: ReadGguf
  /** Watches jobs. Default: nobody. */
  observer?: JobObserver
  /** How much room there is; another one in tests of a small disk. */
  measureFree?: MeasureFree
  /** Settings that tests of faults replace. Default: those of `DEFAULT_TIMEOUTS`. */
  transfer?: Partial<Pick<TransferSettings, 'stallMs' | 'giveUpMs' | 'backoffMs' | 'openPart'>>
}

const DEFAULT_TIMEOUTS = {
  stallMs: 15_000,
  giveUpMs: 600_000,
  backoffMs: { base: 500, cap: 30_000 },
}
/** An hour of ten busy downloads stays far below this. */
const LOG_LIMITS = { maxEntries: 20_000, maxBytes: 8 * 1024 * 1024, maxAgeMs: 3_600_000 }

/** Puts the download engine together. Nothing runs before `open` is called on it. */
export function createDownloads(parts: DownloadParts): DownloadManager {
  const { config, db, log, http, resolve, catalog, readGguf, observer } = parts
  const { rootDir, dataDir, downloads } = config
  const limiter = new RateLimiter(downloads.bytesPerSecond ?? null)
  const hasher = new HashThread(join(rootDir, 'dist', 'hash-worker.mjs'))
  const list = new JobList(new JobStore(db))
  const events = new MemoryLog(LOG_LIMITS)
  const feed = new ProgressFeed(events, list)
  const stats = new DownloadStats({ list, feed, limiter, log: events })
  const installer = new Installer({ dataDir, readGguf, catalog })
  const { connections, concurrency } = downloads
  const transfer = {
    client: http,
    limiter,
    hasher,
    connections,
    bootId: readBootId(),
    onRetry: (fault: Fault) => stats.retried(fault),
    ...DEFAULT_TIMEOUTS,
    ...parts.transfer,
  }
  const disk = new DiskSpace(dataDir, parts.measureFree)
  const recorder = new JobRecorder(list, feed, log)
  const locks = new FileLocks()
  const runner = new JobRunner({ resolve, transfer, installer, disk, locks, events: recorder })
  const scheduler = new JobScheduler({ list, feed, runner, concurrency, log, observer })
  return new DownloadManager({
    list,
    scheduler,
    feed,
    starter: new DownloadStarter(list, scheduler, resolve),
    orphans: new Orphans(dataDir, locks, (path) => list.claims(path)),
    limiter,
    stats,
    hasher,
    recorded: (resolved) =>
      recordedBytes(resolved, (file) => installer.pathOf(file), transfer.bootId),
    log,
  })
}
