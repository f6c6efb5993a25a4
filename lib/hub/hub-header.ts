import { emptyFile } from '@/lib/models/gguf/cursor'
import type { GgufHeader } from '@/lib/models/gguf/header'
import { readGgufHeader } from '@/lib/models/gguf/reader'
import { summarize } from '@/lib/models/gguf/summary'
import type { GgufSummary } from '@/lib/models/types'
import { isAppError } from '@/lib/platform/errors'
import { bodyFault, parseContentRange } from '@/lib/platform/http/headers'
import type { HttpClient, Reply } from '@/lib/platform/http/http-client'
import type { HubFile, HubRepository } from './hub-answers'
import { hubError, hubUnreachable, invalidHubResponse } from './hub-errors'
import { SharedCache } from './shared-cache'

const TIMEOUT_MS = 20_000
/** Files at a commit never change, so this only bounds memory. */
const CACHE_MS = 3_600_000
const CACHE_ENTRIES = 100
/** What is asked for at once; the connection is closed as soon as the header has come. */
const ASKED_BYTES = 128 * 1024 * 1024

type Revision = Pick<HubRepository, 'id' | 'revision'>
type RemoteFile = Pick<HubFile, 'path' | 'size'>

type Options = {
  /** Without a slash at its end. */
  endpoint: string
  hasToken: boolean
  http: Pick<HttpClient, 'get'>
}

/** Reads the headers of files on the hub without downloading the files. */
export class HubHeaders {
  readonly #cache = new SharedCache<GgufSummary>({
    ttlMs: CACHE_MS,
    maxEntries: CACHE_ENTRIES,
    now: Date.now,
  })

  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * What the headers of one model say.
   * @param files all parts, in order.
   * @throws AppError `gated_model`, `hub_unreachable`, `hub_error`, `invalid_gguf`, `truncated_gguf`, …
   */
  async read(
    repository: Revision,
    files: readonly RemoteFile[],
    signal: AbortSignal,
  ): Promise<GgufSummary> {
    const key = `${repository.id}@${repository.revision}/${files[0]?.path}`
    const ask = async (until: AbortSignal) => {
      const headers: GgufHeader[] = []
      for (const file of files) headers.push(await this.#readFile(repository, file, until))
      return summarize(headers)
    }
    return this.#cache.get(key, ask, signal)
  }

  async #readFile(
    repository: Revision,
    file: RemoteFile,
    signal: AbortSignal,
  ): Promise<GgufHeader> {
    // No range of it could be asked for.
    if (file.size === 0) throw emptyFile()
    const path = file.path.split('/').map(encodeURIComponent).join('/')
    const { endpoint, http } = this.#options
    const url = `${endpoint}/${repository.id}/resolve/${repository.revision}/${path}`
    const stop = new AbortController()
    const until = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      const place = { url: new URL(url), from: null }
      const headers = { range: `bytes=0-${ASKED_BYTES - 1}` }
      const reply = await http.get(place, { headers, signal: until })
      if (reply.status !== 206 && reply.status !== 200) throw this.#refusal(reply, repository, file)
      checkFront(reply, endpoint)
      return await readGgufHeader({ size: file.size, read: sequential(reply.body) })
    } catch (error) {
      signal.throwIfAborted()
      throw isAppError(error) ? error : hubUnreachable(endpoint, error)
    } finally {
      stop.abort()
    }
  }

  #refusal({ status, headers }: Reply, { id, revision }: Revision, file: RemoteFile) {
    const text = (value: unknown) => (typeof value === 'string' ? value : null)
    if (status < 400) return invalidHubResponse(this.#options.endpoint, `with status ${status}`)
    const errorCode = text(headers['x-error-code'])
    const errorMessage = text(headers['x-error-message'])
    return hubError(
      { status, errorCode, errorMessage, retryAfter: null },
      { ...this.#options, repo: id, revision, path: file.path },
    )
  }
}

/** The front of the file as it is: any other bytes would be read as a damaged header. */
function checkFront({ status, headers }: Reply, endpoint: string): void {
  const fault = bodyFault(status, headers)
  if (fault) throw invalidHubResponse(endpoint, `with ${fault}`)
  const said = headers['content-range']
  if (status === 206 && parseContentRange(said)?.start !== 0)
    throw invalidHubResponse(endpoint, `with ${said ?? 'no range'} for the front of a file`)
}

/** Reads a body piece by piece, each where the last one ended. */
function sequential(body: AsyncIterable<Uint8Array>) {
  const chunks = body[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  return async (start: number, end: number): Promise<Uint8Array> => {
    const pieces = [rest]
    let length = rest.byteLength
    while (length < end - start) {
      const { value, done } = await chunks.next()
      if (done) break
      pieces.push(value)
      length += value.byteLength
    }
    const all = Buffer.concat(pieces)
    rest = all.subarray(end - start)
    return all.subarray(0, end - start)
  }
}
