import type { Job } from '@/lib/downloads/types'

/** A job that has not begun, with what a test needs to be otherwise. */
export function sampleJob(changes: Partial<Job> = {}): Job {
  return {
    id: 'one',
    modelRef: 'hf:acme/a',
    target: 'acme/a',
    status: 'queued',
    resolved: null,
    outdated: false,
    bytes: 0,
    onRecord: 0,
    total: null,
    position: 1,
    problem: null,
    note: null,
    createdBy: null,
    createdAt: 0,
    updatedAt: 0,
    finishedAt: null,
    ...changes,
  }
}
