import type { Statement } from './ast'
import { globals, RaisedByTemplate } from './globals'
import { Interpreter } from './interpreter'
import { parseTemplate } from './parse-template'
import type { TaintedString } from './tainted-string'
import type { Value } from './values'
import { Scope } from './values'

/** A template that could not be read or run: which line, and whether it says so itself. */
export class RenderError extends Error {
  override name = 'RenderError'

  constructor(
    readonly reason: string,
    /** From 1; undefined where it is not known. */
    readonly line: number | undefined,
    /** Whether the template refused by `raise_exception`, and nothing failed. */
    readonly isRefusal: boolean,
    cause: unknown,
  ) {
    super(line === undefined ? reason : `${reason} (line ${line})`, { cause })
  }
}

/**
 * A Jinja template as transformers renders it. The syntax is read by `@huggingface/jinja`; it runs here, because the
 * result has to say which of its characters were input.
 */
export class JinjaTemplate {
  readonly #statements: readonly Statement[]

  /** @throws RenderError for what is no template */
  constructor(source: string) {
    try {
      this.#statements = parseTemplate(source)
    } catch (cause) {
      throw new RenderError(reasonOf(cause), undefined, false, cause)
    }
  }

  /** @param now milliseconds since 1970, for templates that write the date. @throws RenderError */
  render(variables: ReadonlyMap<string, Value>, now = Date.now()): TaintedString {
    const scope = new Scope()
    for (const [name, value] of globals(now)) scope.set(name, value)
    for (const [name, value] of variables) scope.set(name, value)
    const interpreter = new Interpreter()
    try {
      return interpreter.render(this.#statements, new Scope(scope))
    } catch (cause) {
      const isRefusal = cause instanceof RaisedByTemplate
      throw new RenderError(reasonOf(cause), interpreter.line, isRefusal, cause)
    }
  }
}

const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)
