import type { JsonCallNames } from './json-call'
import type { LiteralForm } from './literal-call'
import type { Mark } from './mark'
import type { TaggedForm } from './tagged-call'
import type { WrittenCalls } from './written-calls'

/** How a family writes a call after the mark that opens it. */
export type CallBodyForm =
  | { kind: 'json'; names: JsonCallNames }
  | { kind: 'named'; afterName: readonly Mark[] }
  | { kind: 'tagged'; form: TaggedForm }
  | { kind: 'nested'; prefix: string }
  | { kind: 'literal'; form: LiteralForm }

export type CallForm = {
  /** Any of these begins a call; none where a call is bare JSON at the very beginning. */
  opens: readonly Mark[]
  /** What may begin another one right after a call. */
  next: readonly Mark[]
  /** What may stand after a call and says nothing. */
  closes: readonly Mark[]
  body: CallBodyForm
  /** The same letter by letter; null where it is not known. */
  written: WrittenCalls | null
}

export type ThinkingForm = {
  open: Mark
  /** The first is how the family closes a thought. */
  closes: readonly [Mark, ...Mark[]]
  /** Whether the mark of a call ends a thought too. */
  endsWithCall: boolean
  /** How the template closes a thought, with the white space around the mark. */
  closing: string
}

/** How a family writes answers: derived from its template, and from a table where it writes otherwise. */
export type ReplyFormat = {
  thinking: ThinkingForm | null
  calls: readonly CallForm[]
  /** Marks around an answer that are no part of it. */
  wrappers: readonly Mark[]
  /** What its template writes before an answer, after a thought; mostly nothing. */
  answerStart: string
  /** What begins its turn once more after a thought; mostly nothing. */
  turnStart: string
  /** The mark after an answer, which ends the generation also where the file does not say so; null where there is none. */
  turnEnd: string | null
  /** Whether it writes in channels, as gpt-oss does, which has a reader of its own. */
  isHarmony: boolean
}

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
