import { z } from 'zod'
import { downloadView, orphanView, rateView } from '@/lib/downloads/schemas'
import { type EventKind, endpoint } from './endpoint'
import { PING } from './shared'

const id = z.object({ id: z.string().min(1) })

const base = { tag: 'Downloads' } as const
const one = { status: 200, description: 'The download.', schema: downloadView } as const
const STATE_ERRORS = { 409: 'Its state does not allow it: `wrong_download_state`.' } as const
const QUEUE_ERRORS = { 429: 'As many wait as may: `download_queue_full`.' } as const

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

export const startDownload = endpoint({
  ...base,
  method: 'POST',
  path: '/v1/models/download',
  summary: 'Download a model, or join the download of it',
  description:
    'A reference is `hf:owner/repo` (the best quantization for this machine), `hf:owner/repo:Q4_K_M`, `hf:owner/repo/path/file.gguf`, each with `@revision`, the address of its page or file on huggingface.co, `https://…/file.gguf`, or `builtin:storyteller`. There is one download for one model, whoever asks. What goes wrong later is an `error` event, and `error` of the download.',
  access: 'models:write',
  audit: 'download.start',
  body: z.object({ model_ref: z.string().min(1).max(2000) }),
  response: {
    status: 202,
    description: 'The download, which goes on by itself.',
    schema: downloadView.pick({ download_id: true, status: true, model_ref: true }),
  },
  errors: { 400: 'It is no reference: `invalid_model_ref`.', ...QUEUE_ERRORS },
  example: { body: { model_ref: 'builtin:storyteller' } },
})

export const listDownloads = endpoint({
  ...base,
  method: 'GET',
  path: '/v1/models/download',
  summary: 'All downloads, the newest first',
  access: 'models:read',
  response: {
    status: 200,
    description: 'Downloads that run, wait and have ended.',
    schema: z.object({ downloads: z.array(downloadView) }),
  },
})

export const getDownload = endpoint({
  ...base,
  method: 'GET',
  path: '/v1/models/download/{id}',
  summary: 'One download',
  access: 'models:read',
  params: id,
  response: one,
})

export const deleteDownload = endpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/models/download/{id}',
  summary: 'Cancel a download, or forget one that has ended',
  description:
    'What was downloaded of an unfinished one is deleted. One that has ended disappears from the list; its model stays.',
  access: 'models:write',
  audit: 'download.cancel',
  params: id,
  response: one,
})

export const pauseDownload = endpoint({
  ...base,
  method: 'POST',
  path: '/v1/models/download/{id}/pause',
  summary: 'Pause a download; what is there is kept',
  access: 'models:write',
  audit: 'download.pause',
  params: id,
  response: one,
  errors: STATE_ERRORS,
})

export const resumeDownload = endpoint({
  ...base,
  method: 'POST',
  path: '/v1/models/download/{id}/resume',
  summary: 'Go on with a paused download',
  access: 'models:write',
  audit: 'download.resume',
  params: id,
  response: one,
  errors: { ...STATE_ERRORS, ...QUEUE_ERRORS },
})

export const retryDownload = endpoint({
  ...base,
  method: 'POST',
  path: '/v1/models/download/{id}/retry',
  summary: 'Try a failed download again, from where it stood',
  access: 'models:write',
  audit: 'download.retry',
  params: id,
  response: one,
  errors: { ...STATE_ERRORS, ...QUEUE_ERRORS },
})

export const moveDownload = endpoint({
  ...base,
  method: 'POST',
  path: '/v1/models/download/{id}/move',
  summary: 'Move a queued download one place up or down',
  access: 'models:write',
  params: id,
  body: z.object({ direction: z.enum(['up', 'down']) }),
  response: one,
  errors: STATE_ERRORS,
  example: { body: { direction: 'up' } },
})

export const downloadProgress = endpoint({
  ...base,
  method: 'GET',
  path: '/v1/models/download/progress',
  summary: 'Follow all downloads, or one',
  description:
    'Events: `queued`, `started`, `progress`, `verifying`, `paused`, `complete`, `error`, `cancelled`, and `reset` for a reader that has missed some. A new reader first gets the state of every active download. With `download_id` or `model_ref` the stream ends after the last event of that download. `Last-Event-ID` goes on without a gap.',
  access: 'models:read',
  query: z.object({
    download_id: z.string().optional(),
    model_ref: z.string().max(2000).optional(),
    last_event_id: z.string().optional(),
  }),
  response: { status: 200, description: 'The events.', events: PROGRESS },
  errors: { 404: 'There is no such download.' },
})

export const listOrphans = endpoint({
  ...base,
  method: 'GET',
  path: '/v1/models/download/orphans',
  summary: 'Partial files that no download goes on with',
  access: 'models:read',
  response: {
    status: 200,
    description: 'The largest first.',
    schema: z.object({ orphans: z.array(orphanView), bytes: z.int() }),
  },
})

export const clearOrphans = endpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/models/download/orphans',
  summary: 'Delete orphaned partial files',
  description: 'All of them, or the one that is named by `path`.',
  access: 'models:write',
  audit: 'download.clear-orphans',
  query: z.object({ path: z.string().optional() }),
  response: {
    status: 200,
    description: 'How many bytes are free now.',
    schema: z.object({ freed_bytes: z.int() }),
  },
  errors: { 404: 'There is no such partial file: `orphan_not_found`.' },
})

export const getDownloadRate = endpoint({
  ...base,
  method: 'GET',
  path: '/v1/models/download/rate',
  summary: 'The speed limit of all downloads together',
  access: 'models:read',
  response: { status: 200, description: 'The limit.', schema: rateView },
})

export const setDownloadRate = endpoint({
  ...base,
  method: 'PUT',
  path: '/v1/models/download/rate',
  summary: 'Change the speed limit',
  description:
    'At once, also for downloads that run. A restart goes back to `RUNNEL_DOWNLOAD_RATE`.',
  access: 'models:write',
  audit: 'download.set-rate',
  body: rateView,
  response: { status: 200, description: 'The limit.', schema: rateView },
  example: { body: { bytes_per_second: 10_000_000 } },
})
