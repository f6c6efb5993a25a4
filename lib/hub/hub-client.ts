import { listFiles, listModels, modelInfo } from '@huggingface/hub'
import {
  type HubFile,
  type HubModel,
  type HubRepository,
  modelSchema,
  toFile,
  toModel,
} from './hub-answers'
import { invalidHubResponse } from './hub-errors'
import { type HubFetchOptions, hubFetch } from './hub-fetch'
import { SharedCache } from './shared-cache'

export type HubSort = 'downloads' | 'likes' | 'date'

const SORTS = { downloads: 'downloads', likes: 'likes', date: 'lastModified' } as const
const TIMEOUT_MS = 15_000
const CACHE_MS = 60_000
const CACHE_ENTRIES = 200
/** Beyond any real repository: a listing without end is cut here. */
const MAX_FILES = 20_000

/** Asks the hub's API. Every failure is an AppError with a code of its own; an aborted signal ends the request. */
export class HubClient {
  readonly #options: HubFetchOptions
  readonly #searches: SharedCache<readonly HubModel[]>
  readonly #repositories: SharedCache<HubRepository>

  /** @param options.endpoint without a slash at its end. */
  constructor(options: Omit<HubFetchOptions, 'timeoutMs'> & { now?: () => number }) {
    this.#options = { timeoutMs: TIMEOUT_MS, ...options }
    const limits = { ttlMs: CACHE_MS, maxEntries: CACHE_ENTRIES, now: options.now ?? Date.now }
    this.#searches = new SharedCache(limits)
    this.#repositories = new SharedCache(limits)
  }

  /** Where the hub is, without a slash at its end. */
  get endpoint(): string {
    return this.#options.endpoint
  }

  /** Whether there is a token to send. */
  get hasToken(): boolean {
    return this.#options.hasToken
  }

  /** Models with GGUF files whose name holds `text`, the first `limit` of them. Answers are up to a minute old. */
  async search(
    query: { text: string; sort: HubSort; limit: number },
    signal: AbortSignal,
  ): Promise<readonly HubModel[]> {
    const ask = (until: AbortSignal) => this.#understand(() => this.#list(query, until))
    return this.#searches.get(JSON.stringify(query), ask, signal)
  }

  async #list(
    query: { text: string; sort: HubSort; limit: number },
    signal: AbortSignal,
  ): Promise<readonly HubModel[]> {
    const found: HubModel[] = []
    const models = listModels({
      search: { query: query.text, tags: ['gguf'] },
      sort: SORTS[query.sort],
      limit: query.limit,
      additionalFields: ['tags'],
      hubUrl: this.endpoint,
      fetch: hubFetch(this.#options, {}, signal),
    })
    for await (const model of models) {
      const parsed = modelSchema.safeParse(model)
      // Very old models have no owner; no reference can name them.
      if (parsed.success) found.push(toModel(parsed.data))
    }
    return found
  }

  /**
   * A model with all its files at one commit.
   * @param options.revision a branch, tag or commit; the newest unless told.
   * @param options.fresh true asks anew; otherwise the answer may be a minute old.
   * @throws AppError `repository_not_found`, `revision_not_found`, `gated_model`, `hub_rate_limited`, `hub_unreachable`, `hub_error`.
   */
  async repository(
    repo: string,
    options: { revision: string | null; fresh: boolean },
    signal: AbortSignal,
  ): Promise<HubRepository> {
    const key = `${repo}@${options.revision ?? ''}`
    const ask = (until: AbortSignal) =>
      this.#understand(() => this.#ask(repo, options.revision ?? 'main', until))
    return this.#repositories.get(key, ask, signal, { fresh: options.fresh })
  }

  /** The library takes the form of an answer for granted, and trips over any other. */
  async #understand<V>(work: () => Promise<V>): Promise<V> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof TypeError)
        throw invalidHubResponse(this.endpoint, 'in a form that its API does not have', error)
      throw error
    }
  }

  async #ask(repo: string, revision: string, signal: AbortSignal): Promise<HubRepository> {
    const asked = hubFetch(this.#options, { repo, revision }, signal)
    const common = { hubUrl: this.endpoint, fetch: asked }
    const info = await modelInfo({
      ...common,
      name: repo,
      revision,
      additionalFields: ['tags', 'sha'],
    })
    const parsed = modelSchema.required({ sha: true }).safeParse(info)
    if (!parsed.success)
      throw invalidHubResponse(
        this.endpoint,
        'with a model that lacks its name or commit',
        parsed.error,
      )
    const model = { ...toModel(parsed.data), revision: parsed.data.sha }
    const files = new Map<string, HubFile>()
    const listing = listFiles({
      ...common,
      repo: model.id,
      revision: model.revision,
      recursive: true,
    })
    for await (const entry of listing) {
      const file = toFile(entry, this.endpoint)
      if (file) files.set(file.path, file)
      if (files.size >= MAX_FILES) break
    }
    return { ...model, files: [...files.values()] }
  }
}
