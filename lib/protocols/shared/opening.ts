import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { AppError } from '@/lib/platform/errors'

/**
 * Watches for the first event of a generation. A request that fails before anything has happened can then still be
 * answered with its status, although its stream is prepared.
 */
export class Opening implements StreamEncoder {
  readonly #first: Promise<AppError | null>
  #settle: (error: AppError | null) => void = () => {}
  readonly #encoder: StreamEncoder

  constructor(encoder: StreamEncoder) {
    this.#encoder = encoder
    this.#first = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  encode(...[input]: Parameters<StreamEncoder['encode']>): ReturnType<StreamEncoder['encode']> {
    this.#settle('error' in input ? input.error : null)
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

  /** The error, when the first thing that happens is one; null after something else, or after `ms`. */
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
