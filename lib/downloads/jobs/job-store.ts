import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import type { DownloadRow } from '@/lib/platform/db/schema'
import { downloadStatus } from '../schemas'
import type { Job } from '../types'

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

// Postgres gives whole numbers of 64 bits as text.
function fromRow(row: DownloadRow): Job {
  const resolved: unknown = JSON.parse(row.files_json ?? 'null')
  return {
    id: row.id,
    modelRef: row.model_ref,
    target: row.target,
    status: downloadStatus.parse(row.status),
    resolved: knownResolution.parse(resolved),
    outdated: mark.parse(resolved).outdated,
    bytes: Number(row.bytes),
    onRecord: 0,
    total: row.total === null ? null : Number(row.total),
    position: Number(row.position),
    problem: row.error_json === null ? null : problem.parse(JSON.parse(row.error_json)),
    note: null,
    createdBy: row.created_by,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
  }
}
