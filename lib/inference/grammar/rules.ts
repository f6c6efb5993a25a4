/** The rules of a GBNF grammar in the making (llama.cpp's notation for grammars). */
export class GrammarRules {
  private readonly rules = new Map<string, string>()
  private readonly names = new Map<string, string>()

  /** Reserves a name, so that a rule may refer to itself. */
  reserve(): string {
    const name = `r${this.rules.size}`
    this.rules.set(name, '')
    return name
  }

  /** Gives a reserved name its body. */
  define(name: string, body: string): void {
    this.rules.set(name, body)
  }

  /** The name of a rule with this body; the same body is the same rule. */
  add(body: string): string {
    const known = this.names.get(body)
    if (known) return known
    const name = this.reserve()
    this.define(name, body)
    this.names.set(body, name)
    return name
  }

  /** The whole grammar, starting at `root`. */
  toText(root: string): string {
    return [
      `root ::= ${root}`,
      ...[...this.rules].map(([name, body]) => `${name} ::= ${body}`),
    ].join('\n')
  }
}

/** A text that must appear as it is. */
export function literal(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return `"${escaped}"`
}

/** One of these. */
export function either(choices: readonly string[]): string {
  return choices.length === 1 ? (choices[0] ?? '') : `(${choices.join(' | ')})`
}

/** `item` again and again; `max` undefined is without end. */
export function repeat(item: string, min: number, max: number | undefined): string {
  return max === undefined ? `(${item}){${min},}` : `(${item}){${min},${max}}`
}
