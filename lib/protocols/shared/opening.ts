import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent } from '@/lib/engines/types'
import type { AppError } from '@/lib/platform/errors'

/** After these it is too late to refuse. Before, one choice may have begun, or be stopped already, and another not. */
const ANSWER = new Set<EngineEvent['kind']>(['text', 'reasoning', 'tool'])

/**
 * Watches for the first event of each choice of a generation. A request that fails before there is any text can then
 * still be answered with its status, although its stream is prepared.
 */
export class Opening implements StreamEncoder {
  readonly #first: Promise<AppError | null>
  #settle: (error: AppError | null) => void = () => {}
  readonly #encoder: StreamEncoder
  readonly #silent: Set<number>

  /** @param choices how many there are. */
  constructor(encoder: StreamEncoder, choices: number) {
    this.#encoder = encoder
    this.#silent = new Set(Array(choices).keys())
    this.#first = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  encode(...[input]: Parameters<StreamEncoder['encode']>): ReturnType<StreamEncoder['encode']> {
    if ('error' in input) this.#settle(input.error)
    else {
      this.#silent.delete(input.choice)
      if (this.#silent.size === 0 || ANSWER.has(input.event.kind)) this.#settle(null)
    }
    return this.#encoder.encode(input)
  }

  snapshot(
    ...[state]: Parameters<StreamEncoder['snapshot']>
  ): ReturnType<StreamEncoder['snapshot']> {
    return this.#encoder.snapshot(state)
  }

  resetData(...given: Parameters<NonNullable<StreamEncoder['resetData']>>): string | undefined {
    return this.#encoder.resetData?.(...given)
  }

  /** The error that comes before anything else; null once each choice has begun or one has text, or after `ms`. */
  async failure(ms: number): Promise<AppError | null> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, ms, null)
    })
    try {
      return await Promise.race([this.#first, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
