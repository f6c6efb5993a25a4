import { AsyncLocalStorage } from 'node:async_hooks'
import type { Logger } from '@/lib/platform/logger'

/** One HTTP request. What only its route finds out is filled in while it is answered. */
export type RequestRecord = {
  /** What its answer carries as `X-Request-Id`. */
  readonly id: string
  readonly method: string
  /** Without the query, which may hold a ticket. */
  readonly path: string
  /** The header of that name (W3C Trace Context), as it was sent. */
  readonly traceparent: string | undefined
  /** On the clock of `performance`, as `answeredAt`. */
  readonly startedAt: number
  /** The pattern of the path, as `/v1/models/{id}`; undefined for what no route answers. */
  route: string | undefined
  /** Whom the route took the caller for; undefined before that, and where nobody asks. */
  caller: string | undefined
  /** When the route answered; a stream goes on after that. */
  answeredAt: number | undefined
}

/** How a request came to its end. */
export type RequestEnd = {
  status: number
  /** Milliseconds from its first byte until its answer was sent or its client had gone. */
  ms: number
  /** Milliseconds until there was an answer; that of a stream goes on longer. */
  answerMs: number
  /** Whether the client got all of it. */
  whole: boolean
}

/** Watches requests. It must be quick, and must not throw. */
export type RequestObserver = {
  began?(record: RequestRecord): void
  ended(record: RequestRecord, end: RequestEnd): void
}

/** Which request the running code works for. What a request starts keeps it, however late it runs. */
export class CurrentRequest {
  readonly #storage = new AsyncLocalStorage<RequestRecord>()

  /** Undefined for what the server does by itself. */
  get record(): RequestRecord | undefined {
    return this.#storage.getStore()
  }

  /** Runs `work` for a request. */
  run<T>(record: RequestRecord, work: () => T): T {
    return this.#storage.run(record, work)
  }
}

/** Writes a line for each request at its end. Those for the dashboard's own files are for debugging only. */
export class RequestLog implements RequestObserver {
  readonly #logger: Pick<Logger, 'info' | 'debug'>

  constructor(logger: Pick<Logger, 'info' | 'debug'>) {
    this.#logger = logger
  }

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
    this.#logger[level](line, 'request')
  }
}
