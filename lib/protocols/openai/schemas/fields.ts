import { z } from 'zod'
import { flag, generationFields, integerFrom, numberFrom } from '../../shared/schemas'

/** A field of the OpenAI API that this server can't honour: refused by name; `null` is the same as absent. */
export function refused(what: string, instead?: string) {
  const error = `${what} not supported by this server${instead ? `; ${instead}` : ''}`
  return z
    .null({ error })
    .optional()
    .meta({ description: `Refused: ${error}.` })
}

/** A field that changes nothing about the answer here, and is accepted so that clients need not know. */
export function withoutEffect() {
  return z.unknown().optional().meta({ description: 'Accepted; it has no effect here.' })
}

const MODEL = 'it must be the id of a model, as GET /v1/models lists them'

export const model = z.string({ error: MODEL }).min(1, MODEL)

const BIASES = 'it must map token ids to numbers from -100 to 100'
const MOST_BIASES = 10_000

/** Counted before its members are looked at: zod looks at all of a record, however many are wrong. */
const logitBias = z
  .custom<Record<string, unknown>>(isRecord, BIASES)
  .refine((biases) => Object.keys(biases).length <= MOST_BIASES, {
    error: `there may be at most ${MOST_BIASES} token ids`,
    abort: true,
  })
  .meta({
    type: 'object',
    additionalProperties: { type: 'number', minimum: -100, maximum: 100 },
    maxProperties: MOST_BIASES,
  })
  .pipe(z.record(z.string().regex(/^\d+$/), numberFrom(-100, 100), { error: BIASES }))

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields that every generating endpoint of the OpenAI API has in common, and those of our own. */
export const commonFields = {
  ...generationFields,
  model,
  logit_bias: logitBias.nullish(),
  n: integerFrom(1, 128).nullish(),
  stream: flag.nullish(),
  stream_options: z
    .strictObject({ include_usage: flag.nullish(), include_obfuscation: withoutEffect() })
    .nullish(),
  user: withoutEffect(),
}
