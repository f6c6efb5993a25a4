import type { Logger } from '@/lib/platform/logger'

const DAY_MS = 86_400_000

/** A table that would only grow. */
export type Prunable = {
  /** Removes what nobody asks for any more. @param now Milliseconds since 1970. */
  prune(now: number): Promise<void>
}

/** Removes old rows when the server starts and once a day: what is never removed fills the disk. */
export class Retention {
  readonly #tables: Record<string, Prunable>
  readonly #logger: Pick<Logger, 'error'>
  #timer: NodeJS.Timeout | undefined

  /** @param tables By the name that the log gives them. */
  constructor(tables: Record<string, Prunable>, logger: Pick<Logger, 'error'>) {
    this.#tables = tables
    this.#logger = logger
  }

  /** Prunes now, and every day until it is closed. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#prune(), DAY_MS).unref()
    await this.#prune()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** A table that can't be pruned, on a full disk for one, keeps no other from it, and no server from starting. */
  async #prune(): Promise<void> {
    for (const [table, prunable] of Object.entries(this.#tables)) {
      try {
        await prunable.prune(Date.now())
      } catch (err) {
        this.#logger.error({ err, table }, 'old rows could not be removed')
      }
    }
  }
}
