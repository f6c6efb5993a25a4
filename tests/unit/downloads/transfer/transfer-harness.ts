import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HashThread } from '@/lib/downloads/hash/hash-thread'
import { transferFile } from '@/lib/downloads/transfer/file-transfer'
import { partPath } from '@/lib/downloads/transfer/files'
import { RateLimiter } from '@/lib/downloads/transfer/rate-limiter'
import type { TransferSettings } from '@/lib/downloads/transfer/settings'
import type { ResolvedFile } from '@/lib/hub/reference'
import { AddressPolicy } from '@/lib/platform/http/address-policy'
import { HttpClient } from '@/lib/platform/http/http-client'
import type { Content } from '../../../support/hub/content'
import { type Hub, startHub } from '../../../support/hub/hub'

export const REPO = 'acme/tiny'
export const NAME = 'tiny.Q8_0.gguf'
export const MIB = 1024 * 1024

/** A hub with one file, and everything to fetch that file with short waits. */
export type Harness = {
  hub: Hub
  file: ResolvedFile
  /** Where the file would be installed. */
  path: string
  settings: TransferSettings
  /** What `onBytes` was told, in order. */
  seen: number[]
  notes: (string | null)[]
  /** How often all of it was fetched again. */
  restarts: number
  run(signal?: AbortSignal): ReturnType<typeof transferFile>
  /** The hash of the first `size` bytes of the partial file. */
  hashOnDisk(): Promise<string>
  close(): Promise<void>
}

export async function harness(
  content: Content,
  given: Partial<Omit<TransferSettings, 'hasher'>> & { hosts?: string[]; token?: string } = {},
): Promise<Harness> {
  const hub = await startHub({ models: { [REPO]: { [NAME]: content } } })
  const folder = await mkdtemp(join(tmpdir(), 'runnel-transfer-'))
  const path = join(folder, NAME)
  const hosts = given.hosts ?? [new URL(hub.cdnUrl).host]
  const policy = new AddressPolicy(hub.url, hosts)
  const client = new HttpClient({ policy, token: given.token, timeoutMs: 30_000 })
  const hasher = new HashThread(join(process.cwd(), 'dist/hash-worker.mjs'))
  const settings: TransferSettings = {
    client,
    limiter: new RateLimiter(null),
    hasher,
    connections: 4,
    giveUpMs: 3000,
    backoffMs: { base: 10, cap: 50 },
    bootId: 'boot-1',
    ...given,
    stallMs: given.stallMs ?? 30_000,
  }
  const file: ResolvedFile = {
    url: `${hub.url}/${REPO}/resolve/main/${NAME}`,
    path: NAME,
    size: content.size,
    sha256: content.sha256,
    etag: content.sha256,
    role: 'weights',
  }
  const seen: number[] = []
  const notes: (string | null)[] = []
  const self: Harness = {
    hub,
    file,
    path,
    settings,
    seen,
    notes,
    restarts: 0,
    run: (signal = new AbortController().signal) =>
      transferFile(
        self.settings,
        self.file,
        path,
        {
          onBytes: (bytes) => seen.push(bytes),
          onSize: async () => undefined,
          onFetched: async () => undefined,
          onRestart: async () => {
            self.restarts += 1
          },
          onNote: (note) => notes.push(note),
        },
        signal,
      ),
    hashOnDisk: async () => {
      const bytes = await readFile(partPath(path))
      return createHash('sha256').update(bytes).digest('hex')
    },
    close: async () => {
      await client.close()
      await hasher.close()
      await hub.stop()
      await rm(folder, { recursive: true })
    },
  }
  return self
}
