import type { FilledCall } from '../filled-call'
import { parseJson } from '../filled-call'
import { type LiteralStyle, literal } from './literal'

/** A text as a literal of Python: what JSON escapes, Python reads as the same. */
const text = (value: string) => JSON.stringify(value)

const STYLE: LiteralStyle = {
  text,
  key: text,
  words: { true: 'True', false: 'False', null: 'None' },
  pad: '',
  step: '    ',
}

const READERS: Record<FilledCall['answers'], readonly string[]> = {
  json: ['    print(json.load(response))'],
  stream: ['    for line in response:', '        print(line.decode(), end="", flush=True)'],
  other: ['    print(response.status, response.read().decode())'],
}

/** A call for Python 3, with nothing but its standard library; the key is the variable `KEY`. */
export function pythonSnippet(call: FilledCall): string {
  const headers = headerLines(call)
  const options = [
    ...(call.method === 'GET' ? [] : [`    method="${call.method}",`]),
    ...(headers.length > 0
      ? ['    headers={', ...headers.map((line) => `        ${line},`), '    },']
      : []),
    ...(call.body === null ? [] : [`    data=${bodyOf(call.body)}.encode(),`]),
  ]
  return [
    'import json, os, urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${text(call.url)},`,
    ...options,
    ')',
    'with urllib.request.urlopen(request) as response:',
    ...READERS[call.answers],
  ].join('\n')
}

function headerLines({ credential, headers, url }: FilledCall): string[] {
  const own = {
    none: [],
    key: [`"Authorization": f"Bearer {os.environ['KEY']}"`],
    session: [
      `"Cookie": f"runnel.session={os.environ['SESSION']}"`,
      `"Origin": ${text(new URL(url).origin)}`,
    ],
  }
  return [...own[credential], ...headers.map(([name, value]) => `${text(name)}: ${text(value)}`)]
}

function bodyOf(body: string): string {
  const value = parseJson(body)
  return value === undefined ? text(body) : `json.dumps(${literal(value, STYLE, '    ')})`
}
