import { z } from 'zod'
import { timingsReport, usageReport } from '@/lib/protocols/shared/report-schemas'
import { chatCompletion, completion } from './answers'

/** What every chunk has; the last choice's end brings the timings, and the usage comes when it was asked for. */
const head = {
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
  ...head,
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
  ...head,
  object: z.literal('text_completion'),
  choices: z.array(
    completion.shape.choices.element.extend({
      finish_reason: completion.shape.choices.element.shape.finish_reason.nullable(),
    }),
  ),
})
