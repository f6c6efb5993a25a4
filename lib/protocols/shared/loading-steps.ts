/** How much further a load must be to be worth telling. */
const STEP = 0.05

/** Thins the progress of a load, from 0 to 1, to what is worth a frame. Its end always is. */
export class LoadingSteps {
  #told = 0

  /** Whether to tell of this progress. */
  take(progress: number): boolean {
    if (progress < 1 && progress - this.#told < STEP) return false
    this.#told = progress
    return true
  }
}
