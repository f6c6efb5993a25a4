import { z } from 'zod'
import { fitReport } from '@/lib/models/schemas'

/** A model as a search shows it. */
export const hubModelReport = z.object({
  id: z.string().meta({ description: '`owner/name`.' }),
  downloads: z.number(),
  likes: z.number(),
  gated: z.boolean(),
  licence: z.string().nullable(),
  tags: z.array(z.string()),
  updated_at: z.number().nullable().meta({ description: 'Milliseconds since 1970.' }),
})

const hubFileReport = z.object({
  path: z.string(),
  size: z.number().meta({ description: 'Bytes.' }),
  sha256: z.string().nullable(),
})

/** One quantization: what to download, how large it is, and whether it suits this machine. */
export const hubVariant = z.object({
  quantization: z.string().nullable(),
  model_ref: z.string().meta({ description: 'What to give `POST /v1/models/download`.' }),
  model_id: z.string().meta({ description: 'Its id once it is installed.' }),
  size: z.number().meta({ description: 'Bytes of all parts.' }),
  complete: z.boolean().meta({ description: 'Whether every part of a split file is there.' }),
  recommended: z.boolean(),
  fit: fitReport,
  files: z.array(hubFileReport).meta({ description: 'The parts, in order.' }),
})

/** What the header of one of the files says. */
export const hubHeader = z.object({
  architecture: z.string().nullable(),
  name: z.string().nullable(),
  parameters: z.number().nullable(),
  context_length: z.number().nullable(),
  embedding_length: z.number().nullable(),
  layers: z.number().nullable(),
  vocabulary_size: z.number().nullable(),
  chat_template: z.string().nullable(),
})

/** A model with its files. */
export const hubModelDetails = hubModelReport.extend({
  revision: z.string().meta({ description: 'The commit.' }),
  context_length: z
    .number()
    .meta({ description: 'The context length, in tokens, that `fit` is estimated for.' }),
  header: hubHeader.nullable(),
  header_problem: z.string().nullable().meta({ description: 'Why there is no header.' }),
  variants: z.array(hubVariant),
  projector: hubFileReport
    .nullable()
    .meta({ description: 'The vision projector that comes along.' }),
})
