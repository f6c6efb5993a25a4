import type { QueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useSyncExternalStore } from 'react'
import type { streamGeneration } from '@/lib/api/endpoints/generations'
import type { ConversationView } from '@/lib/chat/schemas'
import { addressOf } from '../api'
import { browserClock } from '../live/clock'
import { type AnswerState, applyEnd, EMPTY_ANSWER } from './answer-state'
import { type AnswerEnd, AnswerStream } from './answer-stream'
import { chatQueries } from './queries'

/** The answers that are being written, by their generations: every component that shows one shares its stream. */
export class Answers {
  readonly #streams = new Map<string, AnswerStream>()
  readonly #queryClient: QueryClient

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient
  }

  /** The stream of a generation, whose end is put into its conversation. */
  of(conversationId: string, generationId: string): AnswerStream {
    const known = this.#streams.get(generationId)
    if (known) return known
    const stream = new AnswerStream({
      url: addressOf<typeof streamGeneration>('/v1/generations/{id}/stream', { id: generationId }),
      clock: browserClock,
      fetch: (...args) => fetch(...args),
      nextFrame: (task) => requestAnimationFrame(task),
      onEnd: (end) => this.#settle(conversationId, generationId, end),
    })
    this.#streams.set(generationId, stream)
    return stream
  }

  #settle(conversationId: string, generationId: string, end: AnswerEnd): void {
    const { queryKey } = chatQueries.conversation(conversationId)
    this.#streams.delete(generationId)
    if (end.kind === 'ended')
      this.#queryClient.setQueryData(
        queryKey,
        (view: ConversationView | undefined) => view && applyEnd(view, generationId, end.state),
      )
    else void this.#queryClient.invalidateQueries({ queryKey })
    void this.#queryClient.invalidateQueries({ queryKey: chatQueries.lists })
  }
}

/** Where components find the answers; the chat's layout provides them. */
export const AnswersContext = createContext<Answers | null>(null)

const nothing = () => () => {}

/** An answer as it is being written; null when no generation is given. */
export function useAnswer(conversationId: string, generationId: string | null): AnswerState | null {
  const answers = use(AnswersContext)
  if (!answers) throw new Error('Answers are only available inside the chat.')
  const stream = generationId === null ? null : answers.of(conversationId, generationId)
  const read = useCallback(() => stream?.getSnapshot() ?? EMPTY_ANSWER, [stream])
  const state = useSyncExternalStore(stream?.subscribe ?? nothing, read, () => EMPTY_ANSWER)
  return stream && state
}

/** Tokens of context that the branch that is shown takes, live while an answer grows; null before the first one. */
export function useContextTokens({ id, messages }: ConversationView): number | null {
  const last = messages.at(-1)
  const live = useAnswer(id, last?.status === 'streaming' ? last.generation_id : null)
  if (live?.prompt) return live.prompt.prompt_tokens + live.tokens
  const stats = messages.findLast((message) => message.stats !== null)?.stats
  return stats ? stats.prompt_tokens + stats.completion_tokens : null
}
