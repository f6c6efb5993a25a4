import type { WriteCalls } from './derive-calls'
import {
  CALL_IDS,
  FIRST,
  KEYS,
  SECOND,
  sample,
  sharedEnd,
  textBetween,
  VALUES,
} from './derive-calls'
import { JsonValue } from './json-value'
import type { LiteralForm } from './literal-call'
import type { CallBodyForm } from './reply-format'

/** Stand in a written form for the name of the function, for an id, and for a number that counts the calls. */
export const HOLE = { name: '\ue000', id: '\ue001', count: '\ue002' } as const

/** How the arguments of a call are written. */
export type WrittenArguments =
  | { kind: 'json' }
  | { kind: 'literal'; form: LiteralForm }
  | {
      kind: 'tagged'
      beforeKey: string
      /** Between a key and its value, by the type of the value. */
      afterKey: Readonly<Record<ValueType, string>>
      afterValue: string
    }
  | { kind: 'nested'; prefix: string }

export type ValueType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object'

/** A family's calls as its template writes them, white space and all, with holes: what a grammar or an example is made of. */
export type WrittenCalls = {
  /** Up to the name of the first function. */
  first: string
  /** From a name to its arguments. */
  afterName: string
  arguments: WrittenArguments
  /** From the arguments of a call to the name of the next; null where there can't be a second. */
  next: string | null
  /** From the last arguments to where the turn ends. */
  last: string
}

/** Marks that end a turn, and so the generation: they are no part of a call. */
const TURN_ENDS =
  /<\|(?:im_end|eom_id|call|calls|eot_id|eot|end|END_OF_TURN_TOKEN|START_OF_TURN_TOKEN|message_sep|end_of_text|end_of_msg|role_end|assistant_end|observation|tool_response)\|?>|<\/s>|<seed:eos>|\[e~\[|<｜(?:end▁of▁sentence|hy_eos:opensource)｜>|<end_of_sentence>|<turn\|>|<\/assistant>|<SPECIAL_12>|<sep>/

/** The first mark that ends a turn in what follows an answer; null where there is none. */
export const turnEndIn = (text: string): string | null => TURN_ENDS.exec(text)?.[0] ?? null

const withoutTurnEnd = (text: string): string => {
  const end = TURN_ENDS.exec(text)?.index
  return (end === undefined ? text : text.slice(0, end)).trimEnd()
}

/**
 * Reads off how a family writes calls, letter by letter. Null where its template can't be read so.
 * @param thoughtEnd the mark that ends a thought, which comes before any call
 */
export function writtenCalls(
  write: WriteCalls,
  body: CallBodyForm,
  thoughtEnd: string | undefined,
): WrittenCalls | null {
  const one = write([sample(0)])
  if (one === undefined) return null
  const first = placeOf(one, FIRST, 0, body)
  if (!first) return null
  const two = write([sample(0), sample(1)])
  const second = two === undefined ? undefined : placeOf(two, SECOND, first.end, body)
  const before = one.slice(0, first.name)
  const thought = thoughtEnd === undefined ? -1 : before.lastIndexOf(thoughtEnd)
  const opening = (thought < 0 ? before : before.slice(thought + (thoughtEnd?.length ?? 0)))
    .trimStart()
    .replaceAll(FIRST, HOLE.name)
  const afterName = one.slice(first.name + FIRST.length, first.start)
  const form = argumentsOf(one, first, body, write)
  if (!form) return null
  if (two === undefined || !second)
    return {
      first: withHoles(opening),
      afterName: withHoles(afterName),
      arguments: form,
      next: null,
      last: withHoles(withoutTurnEnd(one.slice(first.end))),
    }
  const between = two.slice(first.end, second.name).replaceAll(SECOND, HOLE.name)
  const [countedFirst, countedNext] = counted(withHoles(opening), withHoles(between))
  const [countedName] = counted(
    withHoles(afterName),
    withHoles(two.slice(second.name + SECOND.length, second.start)),
  )
  return {
    first: countedFirst,
    afterName: countedName,
    arguments: form,
    next: countedNext,
    last: withHoles(withoutTurnEnd(two.slice(second.end))),
  }
}

/** Where a call stands: its name, and the beginning and the end of its arguments. */
type Place = { name: number; start: number; end: number }

function placeOf(text: string, name: string, from: number, body: CallBodyForm): Place | undefined {
  const key = text.indexOf(KEYS[0], from)
  const at = text.lastIndexOf(name, key)
  const value = text.indexOf(VALUES[1], key)
  if (key < 0 || at < from || value < 0) return undefined
  const valueEnd = value + VALUES[1].length
  switch (body.kind) {
    case 'json':
    case 'named': {
      const start = text.lastIndexOf('{', key)
      return { name: at, start, end: start + new JsonValue().take(text.slice(start)) }
    }
    case 'literal': {
      const quote = (textBetween(text, KEYS[0], VALUES[0])?.length ?? 1) - 1
      return { name: at, start: key, end: valueEnd + quote }
    }
    case 'nested':
      return {
        name: at,
        start: key - body.prefix.length - 1,
        end: text.indexOf('>', valueEnd + body.prefix.length) + 1,
      }
    case 'tagged': {
      const around = aroundValues(text, at + name.length, key)
      const end = valueEnd + around.afterValue.length
      const isClosed = text.startsWith(around.afterValue, valueEnd)
      return { name: at, start: key - around.beforeKey.length, end: isClosed ? end : valueEnd }
    }
  }
}

function aroundValues(text: string, nameEnd: number, key: number) {
  const apart = textBetween(text.slice(key), VALUES[0], KEYS[1]) ?? ''
  const beforeKey = sharedEnd(text.slice(nameEnd, key), apart)
  return { beforeKey, afterValue: apart.slice(0, apart.length - beforeKey.length) }
}

function argumentsOf(
  one: string,
  place: Place,
  body: CallBodyForm,
  write: WriteCalls,
): WrittenArguments | undefined {
  switch (body.kind) {
    case 'json':
    case 'named':
      return { kind: 'json' }
    case 'literal':
      return { kind: 'literal', form: body.form }
    case 'nested':
      return { kind: 'nested', prefix: body.prefix }
    case 'tagged': {
      const key = one.indexOf(KEYS[0], place.start)
      const text = textBetween(one, KEYS[0], VALUES[0])
      if (text === undefined) return undefined
      const afterKey = {
        string: text,
        integer: beforeValue(write, 7_070_707, '7070707') ?? text,
        number: beforeValue(write, 70_707.5, '70707.5') ?? text,
        boolean: beforeValue(write, true, 'true') ?? text,
        null: beforeValue(write, null, 'null') ?? text,
        array: beforeValue(write, [7_070_707], '[7070707') ?? text,
        object: beforeValue(write, { q: 7_070_707 }, '{"q') ?? text,
      }
      return {
        kind: 'tagged',
        afterKey,
        ...aroundValues(one, place.name + FIRST.length, key),
      }
    }
  }
}

/** What stands between the second key and a value that is written so; undefined where it is written otherwise. */
function beforeValue(write: WriteCalls, value: unknown, written: string): string | undefined {
  const text = write([sample(0, value)])
  const key = text?.indexOf(KEYS[1]) ?? -1
  const at = text?.lastIndexOf(written) ?? -1
  return key < 0 || at < key ? undefined : text?.slice(key + KEYS[1].length, at)
}

const withHoles = (text: string): string =>
  CALL_IDS.reduce((all, id) => all.replaceAll(id, HOLE.id), text)

/** Two texts that end alike but for one number that is higher by one in the second: it counts calls. */
function counted(a: string, b: string): [string, string] {
  let back = 1
  while (back <= Math.min(a.length, b.length) && a.at(-back) === b.at(-back)) back++
  const [left, right] = [Number(a.at(-back)), Number(b.at(-back))]
  if (!/\d/.test(a.at(-back) ?? '') || right !== left + 1) return [a, b]
  const marked = (text: string) =>
    `${text.slice(0, text.length - back)}${HOLE.count}${text.slice(text.length - back + 1)}`
  return [marked(a), marked(b)]
}

/**
 * What is still to be written before the name of a function when `begun` has come of a call, and what has come of the
 * name. Models are not exact about white space. Undefined where the family begins no call so.
 */
export function restOfLead(
  { first, next }: WrittenCalls,
  begun: string,
): [string, string] | undefined {
  for (const lead of [first, next ?? ''])
    for (let from = 0; from < lead.length; from++) {
      const rest = restAfter(lead, from, begun)
      if (rest) return rest
    }
  return undefined
}

function restAfter(lead: string, from: number, begun: string): [string, string] | undefined {
  let at = from
  for (let read = 0; read < begun.length; ) {
    const wanted = lead.charAt(at)
    const character = begun.charAt(read)
    if (wanted === '')
      return /^[\w-]*$/.test(begun.slice(read)) ? ['', begun.slice(read)] : undefined
    if (/\s/.test(character)) read++
    else if (/\s/.test(wanted)) at++
    else if (HOLES.includes(wanted)) {
      const id = /^[\w.-]+/.exec(begun.slice(read))?.[0]
      if (id === undefined) return undefined
      read += id.length
      // What may still grow is not over.
      if (read < begun.length) at++
    } else if (wanted === character) {
      at++
      read++
    } else return undefined
  }
  return [/\s$/.test(begun) ? lead.slice(at).trimStart() : lead.slice(at), '']
}

const HOLES: readonly string[] = Object.values(HOLE)
