import { parse, tokenize } from '@huggingface/jinja'
import { program, type Statement } from './ast'

/**
 * Reads a template with the options that transformers sets.
 * @throws Error for what is no template
 */
export function parseTemplate(source: string): readonly Statement[] {
  const tokens = tokenize(source, { lstrip_blocks: true, trim_blocks: true })
  const { body } = program.parse(parse(tokens))
  number(body, statementLines(source, tokens))
  return body
}

/** Tags that end or divide a statement and so begin none. */
const NO_STATEMENT = /^(?:end\w*|else)$/

type Token = ReturnType<typeof tokenize>[number]

/** The line of each statement, in the order of the source; undefined for plain text. */
function statementLines(source: string, tokens: readonly Token[]): (number | undefined)[] {
  const tags = tagLines(source)
  let tag = 0
  return tokens.flatMap((token, at) => {
    switch (token.type) {
      case 'Text':
        return [undefined]
      case 'Comment':
      case 'OpenExpression':
        return [tags[tag++]]
      case 'OpenStatement': {
        const line = tags[tag++]
        return NO_STATEMENT.test(tokens[at + 1]?.value ?? '') ? [] : [line]
      }
      default:
        return []
    }
  })
}

/**
 * The lines on which tags begin. The library's tokens don't know theirs, but they come in this order; the tag
 * `generation` of transformers is none for it.
 */
function tagLines(source: string): number[] {
  const lines: number[] = []
  const tag =
    /\{#[\s\S]*?#\}|\{(?:%(?![-+]?\s*(?:end)?generation\s*[-+]?%\})|\{)(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[^"'])*?[%}]\}/g
  let [line, from] = [1, 0]
  for (const { index } of source.matchAll(tag)) {
    line += source.slice(from, index).split('\n').length - 1
    from = index
    lines.push(line)
  }
  return lines
}

/** Statements stand in the tree in the order in which they begin in the source. */
function number(statements: readonly Statement[], lines: (number | undefined)[]): void {
  for (const statement of statements) {
    statement.line = lines.shift()
    if ('body' in statement) number(statement.body, lines)
    if (statement.type === 'If') number(statement.alternate, lines)
    if (statement.type === 'For') number(statement.defaultBlock, lines)
  }
}
