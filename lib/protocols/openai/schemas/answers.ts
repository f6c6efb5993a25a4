import { z } from 'zod'
import { timingsReport, usageReport } from '../../shared/schemas'

const finishReason = z.enum(['stop', 'length', 'tool_calls'])

const chatLogprob = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()),
})

const head = { id: z.string(), created: z.int(), model: z.string() }
const measured = { usage: usageReport, timings: timingsReport }

/** The whole answer of `POST /v1/chat/completions`. */
export const chatCompletion = z.object({
  ...head,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.null(),
        tool_calls: z
          .array(
            z.object({
              id: z.string(),
              type: z.literal('function'),
              function: z.object({ name: z.string(), arguments: z.string() }),
            }),
          )
          .optional(),
      }),
      logprobs: z
        .object({
          content: z.array(chatLogprob.extend({ top_logprobs: z.array(chatLogprob) })),
          refusal: z.null(),
        })
        .nullable(),
      finish_reason: finishReason,
    }),
  ),
  ...measured,
})

/** The whole answer of `POST /v1/completions`. */
export const completion = z.object({
  ...head,
  object: z.literal('text_completion'),
  choices: z.array(
    z.object({
      index: z.int(),
      text: z.string(),
      logprobs: z
        .object({
          tokens: z.array(z.string()),
          token_logprobs: z.array(z.number()),
          top_logprobs: z.array(z.record(z.string(), z.number())),
          text_offset: z.array(z.int()),
        })
        .nullable(),
      finish_reason: finishReason,
    }),
  ),
  ...measured,
})

/** What every chunk has; the last choice's end brings the timings, and the usage comes when it was asked for. */
const chunkHead = {
  id: z.string(),
  created: z.int(),
  model: z.string(),
  usage: usageReport.nullish(),
  timings: timingsReport.optional(),
}

const toolCallDelta = z.object({
  index: z.int(),
  id: z.string().optional(),
  type: z.literal('function').optional(),
  function: z.object({ name: z.string().optional(), arguments: z.string() }),
})

/** One chunk of a streamed answer of `POST /v1/chat/completions`. */
export const chatChunk = z.object({
  ...chunkHead,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    chatCompletion.shape.choices.element.pick({ index: true, logprobs: true }).extend({
      delta: z.object({
        role: z.literal('assistant').optional(),
        content: z.string().optional(),
        tool_calls: z.array(toolCallDelta).optional(),
      }),
      finish_reason: chatCompletion.shape.choices.element.shape.finish_reason.nullable(),
    }),
  ),
})

/** One chunk of a streamed answer of `POST /v1/completions`. */
export const completionChunk = z.object({
  ...chunkHead,
  object: z.literal('text_completion'),
  choices: z.array(
    completion.shape.choices.element.extend({
      finish_reason: completion.shape.choices.element.shape.finish_reason.nullable(),
    }),
  ),
})
