import { z } from 'zod'
import { samplingDefaults } from './settings-schemas'

const bytes = z.number()
/** Milliseconds since 1970. */
const time = z.number()

/** What a model needs in memory, estimated, and whether this machine has it. Bytes. */
export const fitReport = z.object({
  verdict: z.enum(['fits', 'tight', 'no']),
  context_length: z.number().meta({ description: 'Tokens for each sequence.' }),
  parallel: z.number().meta({ description: 'Sequences that fit beside one another.' }),
  context_reason: z.string().meta({ description: 'Why the context is as long as it is.' }),
  weights: bytes,
  cache: bytes,
  overhead: bytes,
  needed: bytes,
  available: bytes,
  total: bytes,
})

/** A model that is in memory, or on its way in or out. */
export const loadedReport = z.object({
  state: z.enum(['loading', 'ready', 'unloading']),
  progress: z.number(),
  memory_bytes: bytes,
  context_size: z.number(),
  context_reason: z.string().meta({ description: 'Why the context is as long as it is.' }),
  parallel: z.number(),
  threads: z.number(),
  gpu: z.string().nullable(),
  active: z.number(),
  queued: z.number(),
  expires_at: time.nullable(),
})

/** An installed model: OpenAI's fields first, then ours. */
export const modelReport = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().meta({ description: 'Seconds since 1970, as OpenAI has it.' }),
  owned_by: z.string(),
  ref: z.string(),
  revision: z.string().nullable(),
  name: z.string().nullable(),
  architecture: z.string().nullable(),
  parameters: z.number().nullable(),
  quantization: z.string().nullable(),
  context_length: z.number().nullable(),
  licence: z.string().nullable(),
  has_chat_template: z.boolean(),
  thinking: z.object({ switch: z.boolean(), effort: z.boolean() }).meta({
    description:
      'Whether its chat template lets thinking be switched (`enable_thinking`), and knows how hard to think (`reasoning_effort`).',
  }),
  has_vision: z.boolean(),
  size: bytes,
  sha256: z.string().nullable(),
  builtin: z.boolean(),
  missing: z.boolean().meta({ description: 'Whether a file of it is gone.' }),
  damaged: z.boolean().meta({
    description:
      'Whether the last verification found a file that is not as it was. A download of the model replaces it.',
  }),
  pinned: z.boolean(),
  notes: z.string(),
  tags: z.array(z.string()),
  added_at: time,
  last_used_at: time.nullable(),
  times_used: z.number(),
  fit: fitReport,
  loaded: loadedReport.nullable(),
})

/** One model with what only a page about it needs. */
export const modelDetails = modelReport.extend({
  chat_template: z.string().nullable(),
  embedding_length: z.number().nullable(),
  layers: z.number().nullable(),
  vocabulary_size: z.number().nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      size: bytes,
      sha256: z.string().nullable(),
      role: z.enum(['weights', 'projector']),
      damaged: z.boolean(),
    }),
  ),
})

/** What a model is and where it came from, whatever machine it is on: to be kept beside what was made with it. */
export const modelCard = z.object({
  id: z.string(),
  object: z.literal('model.card'),
  name: z.string().meta({ description: 'As its file says; the id where that says nothing.' }),
  family: z.string().nullable().meta({ description: 'Its architecture, such as `llama`.' }),
  parameters: z.number().nullable(),
  quantization: z.string().nullable(),
  size: bytes.meta({ description: 'Bytes of all files.' }),
  context_length: z.number().nullable().meta({ description: 'Tokens that it was trained for.' }),
  vocabulary_size: z.number().nullable(),
  licence: z.string().nullable(),
  has_chat_template: z.boolean(),
  has_vision: z.boolean(),
  sampling: samplingDefaults.meta({ description: 'What its makers advise, in its file.' }),
  tags: z.array(z.string()),
  notes: z.string(),
  source: z.object({
    ref: z
      .string()
      .meta({ description: 'What was downloaded; `file:` when somebody put it there.' }),
    owner: z.string(),
    revision: z.string().nullable().meta({ description: 'The commit that it is of.' }),
    added_at: time,
  }),
  files: z.array(
    z.object({
      name: z.string(),
      size: bytes,
      sha256: z.string().nullable(),
      role: z.enum(['weights', 'projector']),
    }),
  ),
})

/** How one file compares with the hash that was published when it was downloaded. */
export const verifiedFile = z.object({
  path: z.string(),
  result: z.enum(['matches', 'differs', 'missing', 'nothing_to_compare']),
  expected: z.string().nullable(),
  actual: z.string().nullable(),
})

/** What a verification found. `ok` is false when a file differs, is missing or can't be read as GGUF. */
export const verification = z.object({
  id: z.string(),
  ok: z.boolean(),
  problem: z.string().nullable(),
  files: z.array(verifiedFile),
})

export const systemReport = z.object({
  memory: z.object({
    total: bytes,
    available: bytes,
    models: bytes.meta({ description: 'Held by loaded models.' }),
    limited_by: z.enum(['machine', 'container']),
  }),
  /** The disk that the data directory is on. */
  disk: z.object({
    total: bytes,
    free: bytes,
    models: bytes.meta({ description: 'Held by installed models.' }),
  }),
  cpus: z.number(),
})
