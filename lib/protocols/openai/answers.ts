import type { ChoiceResult } from '@/lib/engines/generations'
import type { FinishReason, TokenLogprob } from '@/lib/engines/types'
import { toTimings, toUsage } from '../shared/report'
import type { ChunkHead } from './chunk-encoder'

/** The whole answer of `POST /v1/chat/completions`. */
export function toChatCompletion(head: ChunkHead, choices: readonly ChoiceResult[]) {
  return {
    ...head,
    choices: choices.map((choice, index) => ({
      index,
      message: {
        role: 'assistant',
        content: choice.text || choice.toolCalls.length === 0 ? choice.text : null,
        refusal: null,
        ...(choice.reasoning ? { reasoning_content: choice.reasoning } : {}),
        ...(choice.toolCalls.length > 0 ? { tool_calls: toToolCalls(choice.toolCalls) } : {}),
      },
      logprobs: choice.logprobs ? toChatLogprobs(choice.logprobs) : null,
      finish_reason: toFinishReason(choice.finishReason),
    })),
    usage: toUsage(choices, choices.length),
    timings: toTimings(choices),
  }
}

/**
 * The whole answer of `POST /v1/completions`.
 * @param choicesPerPrompt how many choices, one after the other, have the same prompt
 * @param echoes the prompt of each choice, when it is to be repeated before the answer
 */
export function toCompletion(
  head: ChunkHead,
  choices: readonly ChoiceResult[],
  choicesPerPrompt: number,
  echoes: readonly string[] | null,
) {
  return {
    ...head,
    choices: choices.map((choice, index) => ({
      index,
      text: (echoes?.[index] ?? '') + choice.text,
      logprobs: choice.logprobs ? toCompletionLogprobs(choice.logprobs, 0) : null,
      finish_reason: toFinishReason(choice.finishReason),
    })),
    usage: toUsage(choices, choicesPerPrompt),
    timings: toTimings(choices),
  }
}

function toToolCalls(calls: ChoiceResult['toolCalls']) {
  return calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }))
}

/** The words of OpenAI for why an answer ended; one that was stopped from outside ends like any other. */
export function toFinishReason(reason: FinishReason): 'stop' | 'length' | 'tool_calls' {
  return reason === 'cancelled' ? 'stop' : reason
}

/** Log probabilities as the chat endpoint writes them. */
export function toChatLogprobs(logprobs: readonly TokenLogprob[]) {
  return {
    content: logprobs.map(({ token, logprob, bytes, top }) => ({
      token,
      logprob,
      bytes: [...bytes],
      top_logprobs: top.map((other) => ({
        token: other.token,
        logprob: other.logprob,
        bytes: [...other.bytes],
      })),
    })),
    refusal: null,
  }
}

/**
 * Log probabilities as the older completions endpoint writes them.
 * @param offset characters of the answer before the first of these tokens
 */
export function toCompletionLogprobs(logprobs: readonly TokenLogprob[], offset: number) {
  let next = offset
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: logprobs.map(({ token }) => {
      const start = next
      next += token.length
      return start
    }),
  }
}
