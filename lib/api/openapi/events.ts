import { z } from 'zod'
import {
  activityHistory,
  activityModels,
  activitySample,
  activityStream,
  activityStreamEnd,
  watchActivity,
} from '@/lib/api/endpoints/activity'
import { downloadProgress } from '@/lib/api/endpoints/downloads'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { streamGeneration } from '@/lib/api/endpoints/generations'
import { infer, inferByQuery } from '@/lib/api/endpoints/inference'
import { createChatCompletion, createCompletion } from '@/lib/api/endpoints/openai'
import { downloadView } from '@/lib/downloads/schemas'
import { chatChunk, completionChunk } from '@/lib/protocols/openai/schemas/chunks'
import { timingsReport, usageReport } from '@/lib/protocols/shared/report-schemas'
import { errorBody } from './error-body'

/** One kind of event of a stream. */
export type EventKind = {
  /** `message` for events without a name. */
  readonly name: string
  readonly description: string
  /** Its data, as JSON; absent for a text that is none. */
  readonly data?: z.ZodType
}

const DONE: EventKind = { name: 'message', description: '`[DONE]`: nothing comes after it.' }

const PING: EventKind = {
  name: 'ping',
  description: 'Once a minute, so that a page can tell silence from a lost connection.',
  data: z.object({}),
}

const TOKENS: readonly EventKind[] = [
  {
    name: 'message',
    description: 'What was generated; the last one is empty and tells why it ended.',
    data: z.object({
      token: z.string(),
      finish_reason: z.enum(['stop', 'length', 'tool_calls', 'cancelled']).optional(),
      usage: usageReport.optional(),
      timings: timingsReport.optional(),
    }),
  },
  DONE,
  {
    name: 'queued',
    description: 'It waits for its turn; 1 is next.',
    data: z.object({ position: z.int() }),
  },
  {
    name: 'loading',
    description: 'The model is being loaded, from 0 to 1.',
    data: z.object({ progress: z.number() }),
  },
  {
    name: 'reset',
    description:
      'For a reader whose position is not kept any more: the whole text so far follows as one token.',
    data: z.object({ reason: z.string(), texts: z.array(z.string()) }),
  },
  { name: 'error', description: 'It failed; the stream ends.', data: errorBody },
]

const chunks = (data: z.ZodObject): readonly EventKind[] => [
  { name: 'message', description: 'A chunk of the answer.', data },
  {
    name: 'reset',
    description:
      'For a reader whose position is not kept any more: one chunk with the whole answer so far, and why in `reset`.',
    data: data.extend({ reset: z.enum(['trimmed', 'epoch', 'future']) }),
  },
  { name: 'message', description: 'The last one when it failed.', data: errorBody },
  DONE,
]

const job = downloadView.pick({
  download_id: true,
  model_ref: true,
  status: true,
  bytes: true,
  total: true,
})
const withFields = (mask: Partial<Record<keyof typeof downloadView.shape, true>>) =>
  job.extend(downloadView.pick(mask).shape)

const PROGRESS: readonly EventKind[] = [
  {
    name: 'queued',
    description: 'It waits for its turn.',
    data: withFields({ position: true }),
  },
  {
    name: 'started',
    description: 'Its files are known and begin to come.',
    data: withFields({ model_id: true, files: true, note: true }),
  },
  {
    name: 'progress',
    description: 'At most ten times a second; `bytes` never goes down.',
    data: withFields({ bytes_per_second: true, eta_seconds: true, stalled: true, note: true }),
  },
  { name: 'verifying', description: 'All bytes are there and are being checked.', data: job },
  { name: 'paused', description: 'What is there is kept.', data: job },
  {
    name: 'complete',
    description: 'The model is installed.',
    data: withFields({ model_id: true }).extend({ sha256: z.string().nullable() }),
  },
  {
    name: 'error',
    description: 'It failed, and can be tried again.',
    data: job.extend({ code: z.string(), message: z.string(), hint: z.string().nullable() }),
  },
  { name: 'cancelled', description: 'It was cancelled; nothing is kept.', data: job },
  {
    name: 'reset',
    description: 'For a reader that has missed some: the downloads as they are now.',
    data: z.object({ reason: z.string(), downloads: z.array(downloadView) }),
  },
  PING,
]

const ACTIVITY: readonly EventKind[] = [
  { name: 'history', description: 'The last hour, on connect.', data: activityHistory },
  { name: 'sample', description: 'What flows, each second.', data: activitySample },
  { name: 'models', description: 'The loaded models, when they change.', data: activityModels },
  { name: 'stream', description: 'A generation, when it changes.', data: activityStream },
  { name: 'stream_end', description: 'A generation that has ended.', data: activityStreamEnd },
  {
    name: 'reset',
    description: 'For a reader that has missed some: the state follows, as on connect.',
    data: z.object({ reason: z.string() }),
  },
  PING,
]

/**
 * The events of every endpoint that streams. Apart from the definitions in `lib/endpoints`, because pages
 * import those, and need no descriptions.
 */
const EVENTS: readonly (readonly [Endpoint, readonly EventKind[]])[] = [
  [infer, TOKENS],
  [inferByQuery, TOKENS],
  [streamGeneration, TOKENS],
  [createChatCompletion, chunks(chatChunk)],
  [createCompletion, chunks(completionChunk)],
  [downloadProgress, PROGRESS],
  [watchActivity, ACTIVITY],
]

/** The kinds of events that an endpoint streams; none when it does not. */
export function eventsOf(endpoint: Endpoint): readonly EventKind[] {
  return EVENTS.find(([one]) => one === endpoint)?.[1] ?? []
}
