import type { RateLimiter } from '../jobs/rate-limiter'
import type { ResolvedFile } from '../types'
import type { Blocks } from './blocks'
import type { Reply } from './http-client'
import type { Journal } from './journal'
import type { Patience } from './patience'
import type { RangePlan } from './range-plan'
import type { Range } from './range-set'
import type { Write } from './receive'
import { type Accepted, acceptReply } from './reply'
import type { Source } from './source'

export type FetchOptions = {
  file: ResolvedFile
  source: Source
  plan: RangePlan
  journal: Journal
  patience: Patience
  limiter: RateLimiter
  write: Write
  blocks: Blocks
  /** Milliseconds without a byte after which a connection is given up. */
  stallMs: number
  /** Is told how long the file is when that was not known. */
  onSize: (size: number) => Promise<void>
}

/** What both ways of fetching share: asking, and learning from the first reply. */
export class FetchContext {
  readonly o: FetchOptions

  constructor(options: FetchOptions) {
    this.o = options
  }

  /**
   * Asks for a range, or for the whole file, and accepts the reply or closes it.
   * @throws TransferFault, AppError, or the error of the connection.
   */
  async open(range: Range | null, signal: AbortSignal): Promise<Reply & { accepted: Accepted }> {
    const { file, source, plan, journal } = this.o
    const reply = await source.open(range, signal)
    try {
      const expected = {
        file,
        range,
        size: plan.size,
        validator: journal.state.validator,
      }
      const accepted = acceptReply(reply, expected, Date.now())
      if (accepted.validator && accepted.validator !== journal.state.validator)
        await journal.validator(accepted.validator)
      if (accepted.size !== null && plan.size === null) {
        plan.endsAt(accepted.size)
        await this.o.onSize(accepted.size)
      }
      return { ...reply, accepted }
    } catch (error) {
      reply.body.destroy()
      throw error
    }
  }
}
