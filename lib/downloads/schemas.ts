import { z } from 'zod'

/** Where a job stands. The last three are final, though a failed one may be retried. */
export const downloadStatus = z.enum([
  'queued',
  'resolving',
  'downloading',
  'verifying',
  'paused',
  'complete',
  'failed',
  'cancelled',
])

export type DownloadStatus = z.infer<typeof downloadStatus>

const fileView = z.object({
  path: z.string().meta({ description: 'Relative to the data directory.' }),
  size: z.int().nullable(),
  sha256: z.string().nullable(),
  role: z.enum(['weights', 'projector']),
})

/** A download, as the API shows it. Sizes are bytes, times ISO 8601. */
export const downloadView = z.object({
  download_id: z.string(),
  model_ref: z.string(),
  status: downloadStatus,
  bytes: z.int(),
  total: z.int().nullable(),
  bytes_per_second: z.int().nullable(),
  eta_seconds: z.int().nullable(),
  stalled: z.boolean().meta({ description: 'Nothing has come for a while.' }),
  position: z.int().nullable().meta({ description: 'The place in the queue, from 1.' }),
  model_id: z
    .string()
    .nullable()
    .meta({ description: 'The id in the catalog that it has, or will have.' }),
  files: z.array(fileView),
  note: z.string().nullable().meta({ description: 'What it waits for, in a sentence.' }),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  finished_at: z.string().nullable(),
})
export type DownloadView = z.infer<typeof downloadView>

/** A partial file that no download goes on with. */
export const orphanView = z.object({
  path: z
    .string()
    .meta({ description: 'The file that it would have become, relative to the data directory.' }),
  bytes: z.int().meta({ description: 'Bytes on disk.' }),
  modified_at: z.string(),
})

/** The speed limit of all downloads together. */
export const rateView = z.object({
  bytes_per_second: z
    .int()
    .positive()
    .nullable()
    .meta({ description: 'Bytes a second over all downloads together; null is no limit.' }),
})
