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
