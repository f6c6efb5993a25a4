import { z } from 'zod'

/** What every error answers: OpenAI's shape, and a hint. */
export const errorBody = z.object({
  error: z.object({
    message: z.string().meta({ description: 'What happened, in a sentence.' }),
    type: z.string(),
    code: z.string().meta({ description: 'A stable word that programs compare.' }),
    param: z.string().nullable().meta({ description: 'The field that is wrong.' }),
    hint: z.string().nullable().meta({ description: 'What to do about it.' }),
  }),
})
