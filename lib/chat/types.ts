import type { Caller } from '@/lib/auth/caller'
import type { FinishReason, GenerateRequest, Timings, Usage } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import type { EventLog } from '@/lib/sse/types'
import type { AnswerEncoder } from './answer-encoder'

type Choice = { text: string; finishReason: FinishReason; usage: Usage; timings: Timings }

/** A generation, as far as chat knows it. */
export type RunningAnswer = {
  readonly id: string
  readonly log: EventLog
  text(choice: number): string
  result(): Promise<{ choices: readonly Choice[] }>
  stop(): void
}

/** What runs generations, as far as chat knows it. */
export type AnswerRunner = {
  start(options: {
    requests: GenerateRequest[]
    owner: Asker
    encoder: AnswerEncoder
    abandon: { afterMs: null }
  }): RunningAnswer
  get(id: string): RunningAnswer | undefined
}

/** Who asks. */
export type Asker = { userId: string; client: string }

/** What tests replace. `now` is ms since 1970, `monotonic` ms of any origin, `id` a new id. */
export type Clock = { now(): number; monotonic(): number; id(): string }

/**
 * Whose conversations a request is about.
 * @throws AppError 403 for a caller without an account, such as a key that belongs to nobody.
 */
export function askerOf({ userId, client }: Pick<Caller, 'userId' | 'client'>): Asker {
  if (userId !== null) return { userId, client }
  throw new AppError('Conversations belong to an account, and this caller has none.', {
    code: 'account_required',
    status: 403,
    hint: 'Sign in at the dashboard.',
  })
}
