/** One sample of a metric. */
export type Sample = { name: string; labels: Record<string, string>; value: number }

const NAME = /^[a-zA-Z_:][\w:]*$/
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/gy

/**
 * What `/metrics` answered, read as the text format 0.0.4 of Prometheus is written down, and by nothing of the library
 * that wrote it. Throws at the first line that breaks a rule.
 */
export class Scrape {
  readonly samples: readonly Sample[]
  /** Type by the name of the metric. */
  readonly types = new Map<string, string>()

  constructor(text: string) {
    if (!text.endsWith('\n')) throw new Error('The last line has no end.')
    const helped = new Set<string>()
    const samples: Sample[] = []
    for (const line of text.split('\n').filter(Boolean)) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
      if (kind === 'HELP') helped.add(name)
      else if (kind === 'TYPE') this.declare(name, rest, helped)
      else samples.push(this.sample(line))
    }
    this.samples = samples
  }

  /** The sum of all samples of this name that have these labels. */
  value(name: string, labels: Record<string, string> = {}): number {
    return this.samples
      .filter((sample) => sample.name === name)
      .filter((sample) =>
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      .reduce((sum, { value }) => sum + value, 0)
  }

  private declare(name: string, type: string, helped: Set<string>): void {
    if (!NAME.test(name) || this.types.has(name)) throw new Error(`A wrong or second name: ${name}`)
    if (!helped.has(name)) throw new Error(`${name} has no help.`)
    if ((type === 'counter') !== name.endsWith('_total'))
      throw new Error(`${name} is named like what it is not: a ${type}.`)
    this.types.set(name, type)
  }

  private sample(line: string): Sample {
    const [, name = '', labelText = '', number = ''] = SAMPLE.exec(line) ?? []
    const family = this.types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    if (!this.types.has(family)) throw new Error(`Not a sample of a known metric: ${line}`)
    const labels: Record<string, string> = {}
    let read = 0
    for (const [all, label = '', value = ''] of labelText.matchAll(LABEL)) {
      labels[label] = value
      read += all.length
    }
    if (read !== labelText.length) throw new Error(`Labels that can't be read: ${line}`)
    const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number)
    // prom-client writes `Nan`; Prometheus reads it in any case.
    if (Number.isNaN(value) && number.toLowerCase() !== 'nan')
      throw new Error(`Not a number: ${line}`)
    return { name, labels, value }
  }
}
