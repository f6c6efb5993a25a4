import type { Job } from '../types'
import type { Installer } from './installer'
import type { JobList } from './job-list'
import type { JobLog } from './job-scheduler'
import type { TargetLock } from './target-lock'

type Parts = {
  targets: TargetLock
  list: Pick<JobList, 'claims'>
  installer: Pick<Installer, 'discard'>
  log: JobLog
}

/**
 * How to delete what was downloaded of a job that is over. It waits for whoever works on the same files: somebody may
 * have asked for them again at once, and that job goes on with what is there.
 */
export function createDiscard({ targets, list, installer, log }: Parts) {
  return async (job: Job): Promise<void> => {
    const release = await targets.acquire(job.target, new AbortController().signal)
    try {
      const left = job.resolved?.files.filter((file) => !list.claims(file.path)) ?? []
      await installer.discard(left)
    } catch (err) {
      // What is left shows up as an orphan.
      log.error({ err, download: job.id }, 'A partial download was not deleted.')
    } finally {
      release()
    }
  }
}
