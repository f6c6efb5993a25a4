import { Counter, Gauge, type Registry } from 'prom-client'

/** One value of a metric, with what tells it apart from its siblings. */
export type Sample = { value: number; labels?: Record<string, string> }

type Definition = { name: string; help: string; labels?: readonly string[] }

/** Metrics whose values are kept elsewhere already: they are read when somebody asks, and counted nowhere twice. */
export class Scraped {
  private scrapes = 0

  constructor(private readonly registry: Registry) {}

  /** A scrape begins: what is read once for all its metrics is read anew. */
  begin(): void {
    this.scrapes += 1
  }

  /** The same reading for every metric of one scrape: with ten thousand streams a reading has its price. */
  once<T>(read: () => T): () => T {
    let kept: { value: T; scrape: number } | undefined
    return () => {
      if (kept?.scrape !== this.scrapes) kept = { value: read(), scrape: this.scrapes }
      return kept.value
    }
  }

  /** What goes up and down. */
  gauge({ name, help, labels = [] }: Definition, read: () => readonly Sample[]): void {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect() {
        this.reset()
        for (const sample of read()) this.set(sample.labels ?? {}, sample.value)
      },
    })
  }

  /** What only goes up: a count since the server started. */
  counter({ name, help, labels = [] }: Definition, read: () => readonly Sample[]): void {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect() {
        this.reset()
        for (const sample of read()) this.inc(sample.labels ?? {}, sample.value)
      },
    })
  }
}

/** A sample for each field, with its name as the label. */
export function samplesOf(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ value, labels: { [label]: name } }))
}
