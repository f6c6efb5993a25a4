import type { Clock } from '@/lib/client/live/clock'

/** A clock that moves only when it is told to. */
export class FakeClock implements Clock {
  private time = 1_000_000
  private readonly tasks = new Set<{ at: number; run: () => void }>()

  now = () => this.time
  random = () => 1

  after = (ms: number, run: () => void) => {
    const task = { at: this.time + ms, run }
    this.tasks.add(task)
    return () => this.tasks.delete(task)
  }

  get pending(): number {
    return this.tasks.size
  }

  /** Lets `ms` pass; whatever is due runs in its order, and promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await settle()
      const due = [...this.tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.tasks.delete(due)
      this.time = Math.max(this.time, due.at)
      due.run()
    }
    this.time = end
    await settle()
  }

  /** Lets `ms` go by without running anything, as for a machine that sleeps. */
  jump(ms: number): void {
    this.time += ms
  }
}

/** Lets everything that waits for a promise go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
}
