/** Milliseconds that uses are gathered for: each note in the catalog waits for the disk. */
const GATHER_MS = 5000

type Options = {
  /** Writes down that a model was used so many times, the last time now. */
  touch: (id: string, times: number) => Promise<void>
  /** Is told of a note that could not be written. */
  report: (error: unknown) => void
  /** Runs something later. @returns cancel */
  later: (run: () => void, ms: number) => () => void
}

/** Notes in the catalog which models are used, without a write for each request. */
export class UseNotes {
  readonly #uses = new Map<string, number>()
  #cancel: (() => void) | undefined
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Counts a use. */
  add(id: string): void {
    this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1)
    this.#cancel ??= this.#options.later(() => {
      this.write().catch(this.#options.report)
    }, GATHER_MS)
  }

  /** Writes what was counted. */
  async write(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const uses = [...this.#uses]
    this.#uses.clear()
    for (const [id, times] of uses) await this.#options.touch(id, times)
  }
}
