import { z } from 'zod'
import {
  flag,
  generationFields,
  integerFrom,
  numberFrom,
  reasoningBudget,
  tokenCount,
} from '../shared/schemas'

const prompt = z.string({ error: 'it must be a text' }).meta({
  description: 'The text that the model continues, as it is.',
})

const model = z.string({ error: 'it must be the id of a model' }).min(1, 'it must not be empty')
const modelField = model.nullish().meta({
  description: 'Default: a loaded model, else the one that was used last, else `storyteller`.',
})

/** The body of `POST /v1/infer`. */
export const inferBody = z.strictObject({
  prompt,
  model: modelField,
  stream: flag.nullish(),
  max_tokens: tokenCount.nullish().meta({ description: 'Default: what the context holds.' }),
  min_tokens: integerFrom(0, 10_000).nullish().meta({
    description:
      'Tokens before which the model can’t end the text. Default: 1, so that no text is empty.',
  }),
  reasoning_budget: reasoningBudget.nullish(),
  ...generationFields,
})

export type InferBody = z.infer<typeof inferBody>

/** A number that comes as text, because it is part of an address. */
function numberText<T extends z.ZodType>(schema: T) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
      schema,
    )
    .optional()
}

/** The query of `GET /v1/infer`: the fields of the body that fit into an address. */
export const inferQuery = z.strictObject({
  prompt,
  model: modelField,
  stream: z
    .enum(['true', 'false', '1', '0'], { error: 'it must be `true` or `false`' })
    .transform((text) => text === 'true' || text === '1')
    .optional(),
  max_tokens: numberText(tokenCount),
  min_tokens: numberText(integerFrom(0, 10_000)),
  reasoning_budget: numberText(reasoningBudget),
  temperature: numberText(numberFrom(0, 2)),
  top_p: numberText(numberFrom(0, 1)),
  top_k: numberText(integerFrom(0, 1_000_000)),
  min_p: numberText(numberFrom(0, 1)),
  seed: numberText(z.int({ error: 'it must be a whole number' })),
  stop: z.string().min(1, 'it must not be empty').optional(),
  last_event_id: z.string().optional().meta({
    description: 'Goes on after this event, for clients that can’t set `Last-Event-ID`.',
  }),
  lastEventId: z.string().optional().meta({
    description: 'The same, as event-source-polyfill writes it.',
  }),
})

const which = { model: modelField }

/** The body of `POST /v1/tokenize`. */
export const tokenizeBody = z.strictObject({
  ...which,
  text: z.string({ error: 'it must be a text' }),
  special: flag.nullish().meta({
    description: 'Whether texts such as `<|im_end|>` are read as the special tokens they name.',
  }),
})

/** The body of `POST /v1/detokenize`. */
export const detokenizeBody = z.strictObject({
  ...which,
  tokens: z
    .array(integerFrom(0, 10_000_000), { error: 'it must be a list of token ids' })
    .max(1_000_000, 'there may be at most 1000000 token ids'),
})

export type TokenizeBody = z.infer<typeof tokenizeBody>
export type DetokenizeBody = z.infer<typeof detokenizeBody>
