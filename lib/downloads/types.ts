export type { ResolvedDownload, ResolvedFile } from '@/lib/hub/types'

/** Why a job failed. */
export type DownloadProblem = { code: string; message: string; hint: string | null }
