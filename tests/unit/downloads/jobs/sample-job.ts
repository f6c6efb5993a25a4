import { Job, type JobRecord } from '@/lib/downloads/jobs/job'

/** A job that has not begun, with what a test needs to be otherwise. */
export function sampleJob(changes: Partial<JobRecord> = {}): Job {
  return new Job({
    id: 'one',
    modelRef: 'hf:acme/a',
    target: 'acme/a',
    status: 'queued',
    resolved: null,
    outdated: false,
    bytes: 0,
    total: null,
    position: 1,
    problem: null,
    createdBy: null,
    createdAt: 0,
    updatedAt: 0,
    finishedAt: null,
    ...changes,
  })
}

/** What is known of a job, to make another of it. */
export function recordOf(job: Job): JobRecord {
  const { id, modelRef, target, status, resolved, outdated, bytes, total, position } = job
  const { problem, createdBy, createdAt, updatedAt, finishedAt } = job
  return {
    ...{ id, modelRef, target, status, resolved, outdated, bytes, total, position },
    ...{ problem, createdBy, createdAt, updatedAt, finishedAt },
  }
}
