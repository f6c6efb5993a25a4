import { z } from 'zod'
import { integerFrom, oneOf, tokenCount } from '@/lib/protocols/shared/field-schemas'
import { commonFields, refused } from './fields'

const EMPTY = 'the list must not be empty'
const MOST = 2048
/** As many values as a whole body may hold. */
const MOST_TOKENS = 1_000_000
const TOO_MANY = `there may be at most ${MOST}`
const FORMS = 'it must be a text, a list of texts, a list of token ids or a list of such lists'
const tokenIds = z
  .array(z.int({ error: FORMS }).min(0, 'a token id must not be negative'))
  .min(1, EMPTY)
  .max(MOST_TOKENS, `there may be at most ${MOST_TOKENS} token ids`)

/** Texts, or token ids, in each form that the OpenAI API takes. */
export const inputs = oneOf(
  [
    z.string(),
    z
      .array(z.string({ error: FORMS }))
      .min(1, EMPTY)
      .max(MOST, TOO_MANY),
    tokenIds,
    z.array(tokenIds).min(1, EMPTY).max(MOST, TOO_MANY),
  ],
  FORMS,
)

/** The body of `POST /v1/completions`. */
export const completionBody = z.strictObject({
  ...commonFields,
  prompt: inputs.nullish(),
  max_tokens: tokenCount.nullish().meta({ description: '16 unless told, as at OpenAI.' }),
  logprobs: integerFrom(0, 20).nullish(),
  echo: z.boolean().nullish(),
  best_of: integerFrom(1, 128).nullish().meta({ description: 'Only as many as `n`.' }),
  suffix: refused('filling in before a suffix is'),
})

export type CompletionBody = z.infer<typeof completionBody>
