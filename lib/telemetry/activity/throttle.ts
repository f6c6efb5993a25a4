/**
 * Runs a task soon after it is asked for, and once for all the asking in between. Its timer never
 * keeps the process alive.
 */
export class Throttle {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly ms: number,
    private readonly task: () => void,
  ) {}

  /** Asks for a run within `ms`. */
  readonly ask = (): void => {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.task()
    }, this.ms).unref()
  }

  /** Forgets what was asked for. */
  cancel(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
