/** The part of `navigator.locks` that choosing a leader needs. */
export type Locks = {
  request(
    name: string,
    options: { steal?: boolean; signal?: AbortSignal },
    task: () => Promise<void> | undefined,
  ): Promise<unknown>
}

type Options = {
  name: string
  /** Undefined where the browser has none, as on plain http over a network: then every tab leads itself. */
  locks: Locks | undefined
  onElected: () => void
  onDeposed: () => void
}

/**
 * Chooses one tab of a browser for a task, by a lock: whoever holds it leads, and when its tab
 * closes or crashes, the browser gives the lock to the next one.
 */
export class Leadership {
  #leading = false
  /** Ends the candidacy, or the rule, that is under way. */
  #resign: () => void = () => {}

  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Stands for election; `onElected` may come at once, later or never. */
  stand(): void {
    this.#campaign(false)
  }

  /** Takes over from a leader that shows no life, as one whose tab the browser froze. */
  overthrow(): void {
    if (!this.#leading) this.#campaign(true)
  }

  /** Gives up the lead, or the wish for it. */
  retire(): void {
    this.#resign()
    this.#resign = () => {}
    this.#depose()
  }

  #campaign(steal: boolean): void {
    this.#resign()
    const { locks, name } = this.#options
    if (!locks) {
      this.#elect()
      return
    }
    const candidacy = new AbortController()
    const rule = new Promise<void>((resolve) => {
      candidacy.signal.addEventListener('abort', () => resolve())
    })
    this.#resign = () => candidacy.abort()
    const options = steal ? { steal } : { signal: candidacy.signal }
    locks
      .request(name, options, () => {
        if (candidacy.signal.aborted) return
        this.#elect()
        return rule
      })
      .catch(() => {
        // Withdrawn by ourselves, or overthrown: then wait for the next turn.
        if (candidacy.signal.aborted) return
        this.#depose()
        this.#campaign(false)
      })
  }

  #elect(): void {
    if (this.#leading) return
    this.#leading = true
    this.#options.onElected()
  }

  #depose(): void {
    if (!this.#leading) return
    this.#leading = false
    this.#options.onDeposed()
  }
}
