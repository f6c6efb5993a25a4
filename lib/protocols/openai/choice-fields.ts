import type { FinishReason, TokenLogprob } from '@/lib/engines/types'

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
