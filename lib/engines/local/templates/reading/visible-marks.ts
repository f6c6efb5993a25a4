import type { CallForm, ReplyFormat } from './reply-format'

const HARMONY = '<|start|><|channel|><|message|><|constrain|><|call|><|end|><|return|>'

/**
 * All that a reader looks for, as one text: control tokens whose names are in it have to be written for it. Calls are
 * looked for only when there are tools.
 */
export function visibleMarks(format: ReplyFormat, hasTools: boolean): string {
  const { thinking, wrappers, calls, isHarmony } = format
  const marks = [
    ...(thinking ? [thinking.open, ...thinking.closes] : []),
    ...wrappers,
    ...(hasTools ? calls.flatMap(({ opens, next, closes }) => [...opens, ...next, ...closes]) : []),
  ].map(({ text }) => text)
  const inCalls = hasTools ? calls.flatMap(bodyMarks) : []
  return [...marks, ...inCalls, isHarmony ? HARMONY : ''].join('\n')
}

function bodyMarks({ body }: CallForm): string[] {
  switch (body.kind) {
    case 'json':
      return []
    case 'named':
      return body.afterName.map(({ text }) => text)
    case 'nested':
      return [body.prefix]
    case 'literal':
      return [...body.form.dialect.quotes]
    case 'tagged': {
      const { afterName, beforeKey, afterKey, afterValue, afterCall } = body.form
      return [afterName, beforeKey, afterKey, afterValue, afterCall].map(({ text }) => text)
    }
  }
}
