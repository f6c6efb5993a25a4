import { AppError } from '@/lib/platform/errors'
import type { EngineEvent, GenerateRequest } from '../types'
import { GenerationJob } from './generation-job'
import type { ModelRunner } from './model-runner'

/**
 * Takes a request through the queue, the load and the worker of its model. It ends with `done` when it is aborted, and
 * with an AppError when its deadline passes or the worker fails. When this returns, its slot is free.
 */
export async function* generateOn(
  runner: ModelRunner,
  request: GenerateRequest,
  signal: AbortSignal,
  now: () => number,
): AsyncGenerator<EngineEvent, void> {
  const job = new GenerationJob(runner, request, now)
  const abort = () => job.end('cancelled')
  const { deadlineMs } = request
  const deadline =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => job.end(deadlineExceeded(deadlineMs)), deadlineMs)
  signal.addEventListener('abort', abort, { once: true })
  try {
    job.start()
    if (signal.aborted) abort()
    yield* job.events.read()
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
    await job.close()
  }
}

function deadlineExceeded(ms: number): AppError {
  return new AppError(`The answer was not finished within ${ms / 1000} seconds.`, {
    code: 'deadline_exceeded',
    status: 504,
    hint: 'Ask for fewer tokens or allow more time.',
  })
}
