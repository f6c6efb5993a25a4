import { JsonValue } from './json-value'
import { PYTHON } from './loose-value'
import { ANY, Mark } from './mark'
import type { CallBodyForm, CallForm } from './reply-format'

// Words that no template has of its own.
export const FIRST = 'qtool_one'
export const SECOND = 'qtool_two'
export const KEYS = ['Qkeyaq', 'Qkeybq'] as const
export const VALUES = ['Qvalueaq', 'Qvaluebq'] as const
const NUMBER = 7070707
export const CALL_IDS = ['Qidaaaaa1', 'Qidbbbbb2'] as const

export type SampleCall = { id: string; name: string; arguments: string }

/** What the template writes for an answer that makes calls, from where the answer begins; undefined if it refuses. */
export type WriteCalls = (calls: readonly SampleCall[]) => string | undefined

/** One of two calls. @param second the value of its second argument */
export const sample = (at: 0 | 1, second: unknown = VALUES[1]): SampleCall => ({
  id: CALL_IDS[at],
  name: at === 0 ? FIRST : SECOND,
  arguments: JSON.stringify({ [KEYS[0]]: VALUES[0], [KEYS[1]]: second }),
})

/** Where the parts of a call stand in what was written. */
type Place = { before: string; afterName: string; after: string; body: CallBodyForm }

/**
 * How a family writes calls, read off what its template writes for one and for two. Undefined where it writes none.
 * @param answerStart what it writes before any answer, which belongs to no call
 */
export function deriveCalls(
  write: WriteCalls,
  answerStart: string,
): Omit<CallForm, 'written'> | undefined {
  const one = write([sample(0)])
  if (one === undefined) return undefined
  const place = locate(one, write)
  if (!place) return undefined
  const before = generic(withoutStart(place.before, answerStart))
  const two = write([sample(0), sample(1)])
  const between = generic(two === undefined ? '' : separator(two, place.body))
  // A prompt that ends in the mark leaves none before the first call.
  const callOpen = before.trim() === '' ? between.trim() : sharedEnd(before, between)
  const isList = place.body.kind === 'json' || place.body.kind === 'literal'
  const openings = [before, callOpen].map((text) =>
    (isList ? text.replace(/[\s[]+$/, '') : text).trim(),
  )
  const tail = two?.slice(two.lastIndexOf(VALUES[1]) + VALUES[1].length) ?? ''
  const closing = [place.after, between.slice(0, between.length - callOpen.length), tail]
  return {
    opens: marks(openings.filter((text) => /[<[`]|\w{4}|^\W{2,}$/.test(text))),
    // The first of several marks may be the last one of the call before.
    next: marks(openings.slice(1).flatMap((text) => [text, text.replace(/^<[^<>]*>(?=<)/, '')])),
    closes: marks(closing.flatMap((text) => marksIn(text, place.body))),
    body: numbered(place.body, place.afterName, two),
  }
}

function locate(one: string, write: WriteCalls): Place | undefined {
  const key = one.indexOf(KEYS[0])
  const name = one.lastIndexOf(FIRST, key)
  if (key < 0 || name < 0) return undefined
  const nameEnd = name + FIRST.length
  const between = one.slice(nameEnd, key)
  if (new RegExp(`"${KEYS[0]}":\\s*"${VALUES[0]}"`).test(one)) return locateJson(one, name, key)
  const lastValue = one.lastIndexOf(VALUES[1]) + VALUES[1].length
  const after = one.slice(lastValue)
  const before = one.slice(0, name)
  const quoted = new RegExp(`${KEYS[0]}([=:])(\\S{1,6}?)${VALUES[0]}\\2`).exec(one)
  if (quoted && /^[({]$/.test(between)) {
    const quote = quoted[2] ?? ''
    const body: CallBodyForm = {
      kind: 'literal',
      form:
        between === '('
          ? { open: '(', close: ')', assign: '=', dialect: PYTHON }
          : { open: '{', close: '}', assign: ':', dialect: { quotes: [quote, '"'] } },
    }
    return { before, afterName: '', after: after.slice(quote.length + 1), body }
  }
  return locateTagged(one, { before, between, after, write })
}

function locateJson(one: string, name: number, key: number): Place | undefined {
  const start = one.lastIndexOf('{', key)
  const end = start + new JsonValue().take(one.slice(start))
  const afterName = one.slice(name + FIRST.length, start)
  const nameKey = /"([^"]+)":\s*"$/.exec(one.slice(0, name))?.[1]
  const argumentsKey = /"([^"]+)":\s*$/.exec(afterName)?.[1]
  if (nameKey && argumentsKey) {
    const open = one.lastIndexOf('{', name)
    const body: CallBodyForm = { kind: 'json', names: { name: nameKey, arguments: argumentsKey } }
    return {
      before: one.slice(0, open),
      afterName,
      after: one.slice(one.indexOf('}', end) + 1),
      body,
    }
  }
  if (/^":\s*$/.test(afterName)) {
    const open = one.lastIndexOf('{', name)
    const body: CallBodyForm = { kind: 'json', names: { name: 'name', arguments: null } }
    return {
      before: one.slice(0, open),
      afterName,
      after: one.slice(one.indexOf('}', end) + 1),
      body,
    }
  }
  const body: CallBodyForm = { kind: 'named', afterName: [new Mark(generic(afterName))] }
  return { before: one.slice(0, name), afterName, after: one.slice(end), body }
}

/** Parameters between marks: what stands between name, key, value, key and value, and after. */
function locateTagged(
  one: string,
  {
    before,
    between,
    after,
    write,
  }: { before: string; between: string; after: string; write: WriteCalls },
): Place | undefined {
  const middle = textBetween(one, KEYS[0], VALUES[0])
  const apart = textBetween(one, VALUES[0], KEYS[1])
  if (middle === undefined || apart === undefined) return undefined
  if (apart.includes(KEYS[0])) {
    // The key is the name of the element.
    const prefix = between
      .slice(between.indexOf('>') + 1)
      .replace(/<$/, '')
      .trim()
    const close = after.indexOf('>')
    return {
      before,
      afterName: '',
      after: after.slice(close + 1),
      body: { kind: 'nested', prefix },
    }
  }
  const beforeKey = sharedEnd(between, apart)
  const afterValue = apart.slice(0, apart.length - beforeKey.length)
  const rest = after.startsWith(afterValue) ? after.slice(afterValue.length) : after
  const number = write([sample(0, NUMBER)])
  const middleOfNumber =
    number === undefined ? middle : textBetween(number, KEYS[1], String(NUMBER))
  const { mark, said } = variable(middle, middleOfNumber ?? middle)
  const body: CallBodyForm = {
    kind: 'tagged',
    form: {
      afterName: new Mark(generic(between.slice(0, between.length - beforeKey.length))),
      beforeKey: new Mark(beforeKey),
      afterKey: new Mark(mark),
      padding: {
        before: /\s*$/.exec(middle)?.[0] ?? '',
        after: /^\s*/.exec(afterValue)?.[0] ?? '',
      },
      afterValue: new Mark(afterValue),
      afterCall: new Mark(atoms(rest)[0] ?? ''),
      textType: said,
    },
  }
  return { before, afterName: between, after: rest, body }
}

/** What stands between the first of two calls and the name, or the object, of the second. */
function separator(two: string, body: CallBodyForm): string {
  const name = two.lastIndexOf(SECOND)
  const value = two.indexOf(VALUES[1])
  if (name < 0 || value < 0 || value > name) return ''
  const start = body.kind === 'json' ? two.lastIndexOf('{', name) : name
  const between = two.slice(value + VALUES[1].length, start)
  return body.kind === 'json' || body.kind === 'named' ? between.replace(/^"[\s}]*/, '') : between
}

/** A number that counts the calls is another one in the second. */
function numbered(body: CallBodyForm, afterName: string, two: string | undefined): CallBodyForm {
  const second = two?.slice(two.lastIndexOf(SECOND))
  if (second === undefined) return body
  if (body.kind === 'named') {
    const written = textBetween(second, SECOND, '{')
    if (written === undefined || generic(written) === generic(afterName)) return body
    const mark = new Mark(variable(generic(afterName), generic(written)).mark)
    return { ...body, afterName: [mark, ...body.afterName] }
  }
  if (body.kind !== 'tagged') return body
  const written = textBetween(second, SECOND, KEYS[0])
  if (written === undefined || written === afterName) return body
  const { mark } = variable(afterName, written)
  const key = mark.lastIndexOf(body.form.beforeKey.text)
  return { ...body, form: { ...body.form, afterName: new Mark(mark.slice(0, key)) } }
}

/** Two texts as one mark that has ANY where they differ; `said` is what the first says there. */
function variable(a: string, b: string): { mark: string; said: string | null } {
  if (a === b) return { mark: a, said: null }
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const tail = a.slice(a.length - end)
  return { mark: a.slice(0, start) + ANY + tail, said: a.slice(start, a.length - end) }
}

/** The end that two texts share, from where a mark begins. */
export function sharedEnd(a: string, b: string): string {
  let length = 0
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++
  const shared = a.slice(a.length - length)
  const mark = /\s*(?:<|\[|to=)/.exec(shared)
  return mark ? shared.slice(mark.index) : shared
}

const withoutStart = (text: string, start: string): string => {
  const [all, begin] = [text.trimStart(), start.trim()]
  return all.startsWith(begin) ? all.slice(begin.length) : all
}

/** Ids and names that are said twice may be any. */
const generic = (text: string): string =>
  [...CALL_IDS, FIRST, SECOND].reduce((all, word) => all.replaceAll(word, ANY), text)

const marks = (texts: readonly string[]): Mark[] =>
  [...new Set(texts.map((text) => generic(text).trim()))]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .map((text) => new Mark(text))

/** The marks that close a call; where each tag has a prefix it stays with its tag. */
function marksIn(text: string, body: CallBodyForm): string[] {
  if (body.kind !== 'nested') return atoms(text)
  const [, ...tags] = text.split(body.prefix)
  return tags.map((tag) => body.prefix + tag.trim()).filter((tag) => tag.includes('</'))
}

/** The single marks in what stands after a call; words are none, and brackets of lists are skipped anyway. */
const atoms = (text: string): string[] =>
  text
    .replace(/^[\s\]})]+/, '')
    .split(/\s+|(?<=>)(?=<)|(?<=\])(?=\[)|(?<=`)(?=<)/)
    .filter((part) => /[<>|`]|^\[.*\]$/.test(part))

export function textBetween(text: string, from: string, to: string): string | undefined {
  const start = text.indexOf(from)
  const end = start < 0 ? -1 : text.indexOf(to, start + from.length)
  return end < 0 ? undefined : text.slice(start + from.length, end)
}
