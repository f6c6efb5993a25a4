import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import type { DownloadRow } from '@/lib/platform/db/schema'
import { downloadStatus } from '../schemas'
import { type DownloadProblem, Job } from './job'

const resolution = z.object({
  target: z.string(),
  modelId: z.string(),
  revision: z.string().nullable(),
  quantization: z.string().nullable(),
  licence: z.string().nullable(),
  hub: z.boolean(),
  files: z.array(
    z.object({
      url: z.string(),
      path: z.string(),
      size: z.number().nullable(),
      sha256: z.string().nullable(),
      etag: z.string().nullable(),
      role: z.enum(['weights', 'projector']),
    }),
  ),
})

/** What an older Runnel wrote in another way is asked for again. */
const knownResolution = resolution.nullable().catch(null)

/** Beside a resolution, when it is to be asked for again. */
const mark = z.object({ outdated: z.boolean() }).catch({ outdated: false })

const problem = z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() })

/** Of a row that can't be understood, so that the others can be gone on with. */
const unreadable: DownloadProblem = {
  code: 'unreadable_record',
  message: 'What was noted of this download can not be read.',
  hint: 'Retry asks the hub for it again; what was downloaded is used where its journal can be read.',
}

/** Jobs as rows: what is here survives any end of the process. */
export class JobStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** Every job, the newest first. */
  async list(): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('downloads')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(fromRow)
  }

  /** Writes a job as it is now, whether or not it has a row. */
  async save(job: Job): Promise<void> {
    const columns = toColumns(job)
    await this.#db
      .insertInto('downloads')
      .values({ id: job.id, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute()
  }

  /** Forgets a job. */
  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('downloads').where('id', '=', id).execute()
  }
}

function toColumns(job: Job): Omit<DownloadRow, 'id'> {
  return {
    model_ref: job.modelRef,
    target: job.target,
    status: job.status,
    files_json: job.resolved && JSON.stringify({ ...job.resolved, outdated: job.outdated }),
    bytes: job.bytes,
    total: job.total,
    position: job.position,
    error_json: job.problem && JSON.stringify(job.problem),
    model_id: job.resolved?.modelId ?? null,
    created_by: job.createdBy,
    created_at: job.createdAt,
    updated_at: job.updatedAt,
    finished_at: job.finishedAt,
  }
}

/** A row that can't be understood becomes a failed job. Postgres gives whole numbers of 64 bits as text. */
function fromRow(row: DownloadRow): Job {
  const resolved = fromJson(row.files_json)
  const status = downloadStatus.safeParse(row.status)
  const noted = problem.nullable().safeParse(fromJson(row.error_json))
  const isReadable = status.success && noted.success && resolved !== undefined
  return new Job({
    id: row.id,
    modelRef: row.model_ref,
    target: row.target,
    status: isReadable ? status.data : 'failed',
    resolved: knownResolution.parse(resolved),
    outdated: mark.parse(resolved).outdated,
    bytes: Number(row.bytes),
    total: row.total === null ? null : Number(row.total),
    position: Number(row.position),
    problem: isReadable ? noted.data : unreadable,
    createdBy: row.created_by,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
  })
}

/** Undefined for a text that is not JSON. */
function fromJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}
