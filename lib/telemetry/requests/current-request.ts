import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestRecord } from './types'

/** Which request the running code works for. What a request starts keeps it, however late it runs. */
export class CurrentRequest {
  private readonly storage = new AsyncLocalStorage<RequestRecord>()

  /** Undefined for what the server does by itself. */
  get record(): RequestRecord | undefined {
    return this.storage.getStore()
  }

  /** Runs `work` for a request. */
  run<T>(record: RequestRecord, work: () => T): T {
    return this.storage.run(record, work)
  }
}
