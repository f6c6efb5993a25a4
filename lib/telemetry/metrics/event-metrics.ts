import { Counter, Histogram, type Registry } from 'prom-client'
import type { EngineEvent, GenerateRequest, Timings } from '@/lib/engines/types'
import type { RouteNames } from '@/lib/telemetry/requests/requests'
import type { GenerationEnd, GenerationObserver } from '../observer'
import type { RequestEnd, RequestObserver, RequestRecord } from '../requests/request-record'

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
const TOKENS_PER_SECOND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

type Started = Extract<EngineEvent, { kind: 'started' }>

/** How generations end and how long they take. Each choice of an answer is one. Only models that there are give a label. */
export class GenerationMetrics implements GenerationObserver {
  readonly #endings: Counter<'model' | 'outcome'>
  readonly #promptTokens: Counter<'model'>
  readonly #cachedTokens: Counter<'model'>
  readonly #queued: Histogram<'model'>
  readonly #firstToken: Histogram<'model'>
  readonly #speed: Histogram<'model'>

  constructor(registry: Registry) {
    const common = { labelNames: ['model'] as const, registers: [registry] }
    this.#endings = new Counter({
      name: 'runnel_generations_total',
      help: 'Generations that ended, by how.',
      labelNames: ['model', 'outcome'],
      registers: [registry],
    })
    this.#promptTokens = new Counter({
      name: 'runnel_prompt_tokens_total',
      help: 'Tokens of prompts, those that were cached included.',
      ...common,
    })
    this.#cachedTokens = new Counter({
      name: 'runnel_prompt_cached_tokens_total',
      help: 'Tokens of prompts that an earlier request had evaluated already.',
      ...common,
    })
    this.#queued = new Histogram({
      name: 'runnel_generation_queue_seconds',
      help: 'How long generations waited for a slot, loading the model not included.',
      buckets: SECONDS,
      ...common,
    })
    this.#firstToken = new Histogram({
      name: 'runnel_generation_first_token_seconds',
      help: 'From the request to the first token, waiting and loading included.',
      buckets: SECONDS,
      ...common,
    })
    this.#speed = new Histogram({
      name: 'runnel_generation_tokens_per_second',
      help: 'Tokens a second of one generation, after its first.',
      buckets: TOKENS_PER_SECOND,
      ...common,
    })
  }

  reported({ model }: GenerateRequest, event: EngineEvent): void {
    if (event.kind === 'started') this.#noteStart(model, event)
    if (event.kind === 'done') this.#noteEnd(model, event.timings)
  }

  ended({ model }: GenerateRequest, end: GenerationEnd): void {
    this.#endings.inc({ model, outcome: 'error' in end ? 'failed' : end.finishReason })
  }

  #noteStart(model: string, { promptTokens, cachedTokens }: Started): void {
    this.#promptTokens.inc({ model }, promptTokens)
    this.#cachedTokens.inc({ model }, cachedTokens)
  }

  #noteEnd(model: string, timings: Timings): void {
    this.#queued.observe({ model }, timings.queuedMs / 1000)
    if (timings.firstTokenMs !== null)
      this.#firstToken.observe({ model }, timings.firstTokenMs / 1000)
    if (timings.tokensPerSecond !== null) this.#speed.observe({ model }, timings.tokensPerSecond)
  }
}

const ANSWER_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** HTTP requests by the pattern of their route, never by their path. */
export class RequestMetrics implements RequestObserver {
  readonly #requests: Counter<'method' | 'route' | 'status'>
  readonly #duration: Histogram<'method' | 'route'>
  readonly #routes: Pick<RouteNames, 'nameOf'>

  constructor(registry: Registry, routes: Pick<RouteNames, 'nameOf'>) {
    this.#routes = routes
    this.#requests = new Counter({
      name: 'runnel_http_requests_total',
      help: 'HTTP requests that ended; 499 is a client that left before there was an answer.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
    })
    this.#duration = new Histogram({
      name: 'runnel_http_request_duration_seconds',
      help: 'From the first byte of a request to its answer; a stream goes on after that.',
      labelNames: ['method', 'route'],
      buckets: ANSWER_SECONDS,
      registers: [registry],
    })
  }

  ended(record: RequestRecord, { status, answerMs }: RequestEnd): void {
    const { method } = record
    const route = record.route ?? this.#routes.nameOf(record.path)
    this.#requests.inc({ method, route, status })
    this.#duration.observe({ method, route }, answerMs / 1000)
  }
}
