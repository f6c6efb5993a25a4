/** What has to be undone at the end. It is undone once, and what is added after the end is undone at once. */
export class Cleanups {
  readonly #steps: (() => void)[] = []
  #done = false

  add(step: () => void): void {
    if (this.#done) step()
    else this.#steps.push(step)
  }

  run(): void {
    this.#done = true
    for (const step of this.#steps.splice(0)) step()
  }
}
