/** How a language other than JSON writes strings. */
export type Dialect = { quotes: readonly string[] }

/** Python's literals. */
export const PYTHON: Dialect = { quotes: ["'", '"'] }

const WORDS: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  true: 'true',
  false: 'false',
  null: 'null',
}

/** A value and where it ends; `more` when the text ends before it does, undefined when there is none. */
type Read = { json: string; end: number } | 'more' | undefined

/** Reads a value that is written in Python, or in Gemma's form with its own quotes, and gives it as JSON. */
export function readLooseValue(text: string, from: number, dialect: Dialect): Read {
  const at = skipSpace(text, from)
  if (at >= text.length) return 'more'
  const quote = dialect.quotes.find((each) => text.startsWith(each, at))
  if (quote) return readString(text, at + quote.length, quote)
  if (dialect.quotes.some((each) => each.startsWith(text.slice(at)))) return 'more'
  const first = text.charAt(at)
  if (first === '[' || first === '(')
    return readList(text, at + 1, first === '[' ? ']' : ')', dialect)
  if (first === '{') return readMapping(text, at + 1, dialect)
  const word = /^[^\s,:()[\]{}]+/.exec(text.slice(at))?.[0]
  if (word === undefined) return undefined
  if (at + word.length === text.length) return 'more'
  const json = scalar(word)
  return json === undefined ? undefined : { json, end: at + word.length }
}

/** A number or a word as JSON; undefined for anything else. */
export function scalar(word: string): string | undefined {
  if (Object.hasOwn(WORDS, word)) return WORDS[word]
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word) ? word : undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
}

function readString(text: string, from: number, quote: string): Read {
  let value = ''
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(quote, at)) {
      const end = at + quote.length
      // Some templates escape nothing: a quote that nothing follows which may follow a value is part of it.
      const next = quote.length > 1 ? ',' : text.slice(end).trimStart().charAt(0)
      if (next === '') return 'more'
      if (/[,:)\]}]/.test(next)) return { json: JSON.stringify(value), end }
    }
    const character = text.charAt(at)
    if (character !== '\\' || quote.length > 1) {
      value += character
      continue
    }
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(
      text.slice(at + 1, at + 10),
    )
    if (code) {
      value += String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16))
      at += code[0].length
      continue
    }
    const next = text.charAt(++at)
    value += ESCAPES[next] ?? next
  }
  return 'more'
}

function readList(text: string, from: number, close: string, dialect: Dialect): Read {
  const items: string[] = []
  for (let at = from; ; ) {
    at = skipSpace(text, at, ',')
    if (at >= text.length) return 'more'
    if (text.charAt(at) === close) return { json: `[${items.join(', ')}]`, end: at + 1 }
    const item = readLooseValue(text, at, dialect)
    if (item === undefined || item === 'more') return item
    items.push(item.json)
    at = item.end
  }
}

function readMapping(text: string, from: number, dialect: Dialect): Read {
  const members: string[] = []
  for (let at = from; ; ) {
    at = skipSpace(text, at, ',')
    if (at >= text.length) return 'more'
    if (text.charAt(at) === '}') return { json: `{${members.join(', ')}}`, end: at + 1 }
    const key = readKey(text, at, dialect)
    if (key === undefined || key === 'more') return key
    const value = readLooseValue(text, key.end, dialect)
    if (value === undefined || value === 'more') return value
    members.push(`${key.json}: ${value.json}`)
    at = value.end
  }
}

/** A key with quotes or bare, and the colon after it. */
export function readKey(text: string, at: number, { quotes }: Dialect): Read {
  const quote = quotes.find((each) => text.startsWith(each, at))
  const bare = text.indexOf(':', at)
  const key = quote
    ? readString(text, at + quote.length, quote)
    : bare < 0
      ? 'more'
      : { json: JSON.stringify(text.slice(at, bare).trim()), end: bare }
  if (key === undefined || key === 'more') return key
  const colon = skipSpace(text, key.end)
  if (colon >= text.length) return 'more'
  return text.charAt(colon) === ':' ? { json: key.json, end: colon + 1 } : undefined
}

export function skipSpace(text: string, from: number, also = ''): number {
  let at = from
  while (
    at < text.length &&
    (/\s/.test(text.charAt(at)) || (also !== '' && text.charAt(at) === also))
  )
    at++
  return at
}
