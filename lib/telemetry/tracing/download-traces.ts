import { type Context, type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { Job } from '@/lib/downloads/jobs/job'
import type { JobObserver } from '@/lib/downloads/jobs/job-scheduler'

/**
 * A span for each run of a download, below the request that asked for it. One that goes on after a restart of the server
 * begins a trace of its own.
 */
export class DownloadTraces implements JobObserver {
  private readonly parents = new WeakMap<Job, Context>()
  private readonly spans = new WeakMap<Job, Span>()

  /** @param parent what the running code works for */
  constructor(
    private readonly tracer: Tracer,
    private readonly parent: () => Context,
  ) {}

  queued(job: Job): void {
    this.parents.set(job, this.parent())
  }

  began(job: Job): void {
    const attributes = { 'runnel.download.id': job.id, 'runnel.model_ref': job.modelRef }
    this.spans.set(job, this.tracer.startSpan('download', { attributes }, this.parents.get(job)))
  }

  ended(job: Job): void {
    const span = this.spans.get(job)
    if (!span) return
    span.setAttributes({ 'runnel.download.status': job.status, 'runnel.download.bytes': job.bytes })
    if (job.problem) span.setStatus({ code: SpanStatusCode.ERROR, message: job.problem.message })
    span.end()
  }
}
