import { createHash, timingSafeEqual } from 'node:crypto'

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** RUNNEL_METRICS_TOKEN: what a collector shows to read `/metrics`, and nothing else. */
export class MetricsToken {
  private readonly hash: Buffer | undefined

  /** @param token undefined: there is none, and nothing matches. */
  constructor(token: string | undefined) {
    this.hash = token === undefined ? undefined : sha256(token)
  }

  /** Whether this is the token. It takes as long for a wrong one as for the right one. */
  matches(given: string): boolean {
    return this.hash !== undefined && timingSafeEqual(sha256(given), this.hash)
  }
}
