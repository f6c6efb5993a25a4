import { assign, bindParameters } from './assignments'
import type { Argument, Statement } from './ast'
import { call, evaluate, filtered } from './expressions'
import { toText } from './python-text'
import { TaintedString } from './tainted-string'
import {
  type Arguments,
  Callable,
  isTrue,
  iterate,
  Namespace,
  Scope,
  Undefined,
  type Value,
} from './values'

/** How a list of statements ended. */
type Ending = 'end' | 'break' | 'continue'

/** Runs the statements of a template. One interpreter is for one rendering. */
export class Interpreter {
  #output: TaintedString[] = []
  /** The line of the statement that runs, from 1. */
  line: number | undefined

  /** Runs them and returns what they write. @throws TemplateError */
  render(statements: readonly Statement[], scope: Scope): TaintedString {
    return this.#captured(() => this.#runAll(statements, scope))
  }

  #captured(run: () => void): TaintedString {
    const outer = this.#output
    this.#output = []
    try {
      run()
      return TaintedString.concat(this.#output)
    } finally {
      this.#output = outer
    }
  }

  #runAll(statements: readonly Statement[], scope: Scope): Ending {
    for (const statement of statements) {
      const ending = this.#run(statement, scope)
      if (ending !== 'end') return ending
    }
    return 'end'
  }

  #run(statement: Statement, scope: Scope): Ending {
    this.line = statement.line ?? this.line
    switch (statement.type) {
      case 'Comment':
        return 'end'
      case 'Break':
        return 'break'
      case 'Continue':
        return 'continue'
      case 'If': {
        const isMet = isTrue(evaluate(statement.test, scope))
        return this.#runAll(isMet ? statement.body : statement.alternate, scope)
      }
      case 'For':
        return this.#loop(statement, scope)
      case 'Set': {
        const value = statement.value
          ? evaluate(statement.value, scope)
          : this.render(statement.body, new Scope(scope))
        assign(statement.assignee, value, scope)
        return 'end'
      }
      case 'Macro': {
        const { name, args, body } = statement
        scope.set(name.value, this.#macro(name.value, args, body, scope))
        return 'end'
      }
      case 'CallStatement': {
        const caller = this.#macro('caller', statement.callerArgs ?? [], statement.body, scope)
        this.#output.push(toText(call(statement.call, scope, new Map([['caller', caller]]))))
        return 'end'
      }
      case 'FilterStatement': {
        const text = this.render(statement.body, new Scope(scope))
        this.#output.push(toText(filtered(text, statement.filter, scope)))
        return 'end'
      }
      default:
        this.#output.push(toText(evaluate(statement, scope)))
        return 'end'
    }
  }

  #loop(
    { loopvar, iterable, body, defaultBlock }: Extract<Statement, { type: 'For' }>,
    scope: Scope,
  ): Ending {
    const source = iterable.type === 'SelectExpression' ? iterable.lhs : iterable
    const all = iterate(evaluate(source, scope))
    const items =
      iterable.type === 'SelectExpression'
        ? all.filter((item) => {
            const inner = new Scope(scope)
            assign(loopvar, item, inner)
            return isTrue(evaluate(iterable.test, inner))
          })
        : all
    for (const [at, item] of items.entries()) {
      const inner = new Scope(scope)
      assign(loopvar, item, inner)
      inner.set('loop', loopState(items, at))
      if (this.#runAll(body, inner) === 'break') break
    }
    if (items.length === 0) return this.#runAll(defaultBlock, new Scope(scope))
    return 'end'
  }

  #macro(name: string, parameters: readonly Argument[], body: readonly Statement[], scope: Scope) {
    return new Callable(name, (args: Arguments) => {
      const inner = new Scope(scope)
      bindParameters(parameters, args, inner)
      const { line } = this
      const text = this.render(body, inner)
      this.line = line
      return text
    })
  }
}

/** @see https://jinja.palletsprojects.com/en/stable/templates/#for */
function loopState(items: readonly Value[], at: number): Namespace {
  const neighbour = (index: number, name: string): Value => {
    const item = items[index]
    return item === undefined ? new Undefined(`there is no ${name} item`) : item
  }
  const count = BigInt(items.length)
  return new Namespace(
    new Map<string, Value>([
      ['index', BigInt(at + 1)],
      ['index0', BigInt(at)],
      ['revindex', count - BigInt(at)],
      ['revindex0', count - BigInt(at + 1)],
      ['first', at === 0],
      ['last', at === items.length - 1],
      ['length', count],
      ['previtem', neighbour(at - 1, 'previous')],
      ['nextitem', neighbour(at + 1, 'next')],
      [
        'cycle',
        new Callable('cycle', ({ positional }) => positional[at % positional.length] ?? null),
      ],
    ]),
  )
}
