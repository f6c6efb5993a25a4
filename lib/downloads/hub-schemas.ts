import { z } from 'zod'
import { fitReport } from '@/lib/models/schemas'

/** A model as a search shows it. */
export const hubModelReport = z.object({
  /** `owner/name`. */
  id: z.string(),
  downloads: z.number(),
  likes: z.number(),
  gated: z.boolean(),
  licence: z.string().nullable(),
  tags: z.array(z.string()),
  /** Milliseconds since 1970. */
  updated_at: z.number().nullable(),
})

const hubFileReport = z.object({
  path: z.string(),
  /** Bytes. */
  size: z.number(),
  sha256: z.string().nullable(),
})

/** One quantization: what to download, how large it is, and whether it suits this machine. */
export const hubVariant = z.object({
  quantization: z.string().nullable(),
  /** What to give `POST /v1/models/download`. */
  model_ref: z.string(),
  /** Its id once it is installed. */
  model_id: z.string(),
  /** Bytes of all parts. */
  size: z.number(),
  /** Whether every part of a split file is there. */
  complete: z.boolean(),
  recommended: z.boolean(),
  fit: fitReport,
  /** The parts, in order. */
  files: z.array(hubFileReport),
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
  /** The commit. */
  revision: z.string(),
  /** The context length, in tokens, that `fit` is estimated for. */
  context_length: z.number(),
  header: hubHeader.nullable(),
  /** Why there is no header. */
  header_problem: z.string().nullable(),
  variants: z.array(hubVariant),
  /** The vision projector that comes along. */
  projector: hubFileReport.nullable(),
})
