import { LRUCache } from 'lru-cache'
import type { z } from 'zod'
import type { Users } from '@/lib/auth/users'
import type { Generation } from '@/lib/engines/generations'
import type { EngineModelStatus } from '@/lib/engines/types'
import type { History, Slice } from './history'
import type { activityHistory, activityModels, activitySlice, activityStream } from './schemas'
import type { TokenMeter } from './token-meter'

/** A slice as it is sent. */
export function reportSlice(slice: Slice): z.infer<typeof activitySlice> {
  return {
    at: slice.at,
    tokens: slice.tokens,
    first_token_ms: slice.firstTokenMs === null ? null : Math.round(slice.firstTokenMs),
    subscribers: slice.subscribers,
    memory_bytes: slice.memoryBytes,
  }
}

/** The last hour as it is sent. */
export function reportHistory(history: History): z.infer<typeof activityHistory> {
  return { slice_ms: history.sliceMs, slices: history.read().map(reportSlice) }
}

/** The loaded models as they are sent. */
export function reportModels(models: readonly EngineModelStatus[]): z.infer<typeof activityModels> {
  return {
    models: models.map((model) => ({
      model: model.model,
      state: model.state,
      progress: model.progress,
      memory_bytes: model.memoryBytes,
      context_size: model.contextSize,
      context_reason: model.contextReason,
      parallel: model.parallel,
      threads: model.threads,
      gpu: model.gpu,
      active: model.active,
      queued: model.queued,
      expires_at: model.expiresAt,
    })),
  }
}

/** A generation as it is sent: its choices together, at the phase of the one that is furthest. */
export function reportStream(
  generation: Generation,
  owner: string,
  meter: TokenMeter,
  now: number,
): z.infer<typeof activityStream> {
  const readings = generation.requests.flatMap((request) => meter.readingOf(request) ?? [])
  const tokens = readings.reduce((sum, reading) => sum + reading.tokens, 0)
  const firsts = readings.flatMap(({ firstTokenAt }) => firstTokenAt ?? [])
  const seconds = firsts.length > 0 ? (now - Math.min(...firsts)) / 1000 : 0
  const furthest = (['generating', 'prompt', 'loading'] as const).find((phase) =>
    readings.some((reading) => reading.phase === phase),
  )
  return {
    id: generation.id,
    model: generation.model,
    owner,
    phase: furthest ?? 'queued',
    tokens,
    tokens_per_second: seconds > 0.2 ? Math.round((tokens / seconds) * 10) / 10 : 0,
    readers: generation.readerCount,
    started_at: Math.min(now, ...readings.map(({ startedAt }) => startedAt)),
  }
}

const UNKNOWN = 'API key'
/** How long a name is believed, in milliseconds: people are renamed. */
const FRESH_MS = 60_000
const MAX_NAMES = 10_000

/** What people are called, kept so that a list that changes each second asks the database once a minute. */
export class OwnerNames {
  readonly #names: LRUCache<string, string>
  readonly #onError: (error: unknown) => void

  /** @param now Milliseconds of any origin, never going back. */
  constructor(
    users: Pick<Users, 'get'>,
    onError: (error: unknown) => void,
    now = () => performance.now(),
  ) {
    this.#onError = onError
    this.#names = new LRUCache({
      max: MAX_NAMES,
      ttl: FRESH_MS,
      perf: { now },
      ttlResolution: 0,
      allowStale: true,
      noDeleteOnStaleGet: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: async (userId) => (await users.get(userId))?.name,
    })
  }

  /** The name of an account; until it has been read, and for a key that belongs to none, `API key`. */
  nameOf(userId: string | null): string {
    if (userId === null) return UNKNOWN
    const known = this.#names.get(userId)
    // Asks only when the name is old or unknown, and once however often that is.
    this.#names.fetch(userId).catch(this.#onError)
    return known ?? UNKNOWN
  }
}
