import type { ChoiceResult } from '@/lib/engines/generations'
import { toTimings, toUsage } from '@/lib/protocols/shared/report'
import { toChatLogprobs, toCompletionLogprobs, toFinishReason } from './choice-fields'
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
