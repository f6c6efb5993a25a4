import type { Logger } from '@/lib/platform/logger'
import type { RequestEnd, RequestObserver, RequestRecord } from './request-record'

/** Writes a line for each request at its end. Those for the dashboard's own files are for debugging only. */
export class RequestLog implements RequestObserver {
  constructor(private readonly logger: Pick<Logger, 'info' | 'debug'>) {}

  ended({ id, caller, method, path }: RequestRecord, { status, ms, whole }: RequestEnd): void {
    const line = {
      requestId: id,
      caller,
      method,
      path,
      status,
      ms: Math.round(ms),
      // A client that left early is worth noticing; everybody else is not.
      ...(whole ? {} : { aborted: true }),
    }
    const level = path.startsWith('/_next/') ? 'debug' : 'info'
    this.logger[level](line, 'request')
  }
}
