import type { FinishReason, GenerateRequest, Timings, Usage } from '@/lib/engines/types'
import type { EventLog } from '@/lib/sse/types'
import type { ChatWire } from './wire'

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
    encoder: ChatWire
    abandon: { afterMs: null }
  }): RunningAnswer
  get(id: string): RunningAnswer | undefined
}

/** Who asks. */
export type Asker = { userId: string; client: string }

/** What tests replace. `now` is ms since 1970, `monotonic` ms of any origin, `id` a new id. */
export type Clock = { now(): number; monotonic(): number; id(): string }
