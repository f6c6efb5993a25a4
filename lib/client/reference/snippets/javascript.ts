import type { FilledCall } from '../filled-call'
import { parseJson } from '../filled-call'
import { type LiteralStyle, literal } from './literal'

/** A text as a literal of JavaScript, in single quotes. */
function text(value: string): string {
  const escaped = JSON.stringify(value)
    .slice(1, -1)
    .replace(/\\.|'/g, (found) => (found === '\\"' ? '"' : found === "'" ? "\\'" : found))
  return `'${escaped}'`
}

const STYLE: LiteralStyle = {
  text,
  // Written plainly, `__proto__` would set the prototype and be no field.
  key: (name) => {
    if (name === '__proto__') return `['__proto__']`
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name)
  },
  words: { true: 'true', false: 'false', null: 'null' },
  pad: ' ',
  step: '  ',
}

const READERS: Record<FilledCall['answers'], string> = {
  json: 'console.log(await response.json())',
  stream: [
    'for await (const text of response.body.pipeThrough(new TextDecoderStream()))',
    '  process.stdout.write(text)',
  ].join('\n'),
  other: 'console.log(response.status, await response.text())',
}

/** A call for Node.js, with nothing but what it brings; the key is the variable `KEY`. */
export function javascriptSnippet(call: FilledCall): string {
  const headers = headerLines(call)
  const options = [
    ...(call.method === 'GET' ? [] : [`  method: '${call.method}',`]),
    ...(headers.length > 0
      ? ['  headers: {', ...headers.map((line) => `    ${line},`), '  },']
      : []),
    ...(call.body === null ? [] : [`  body: ${bodyOf(call.body)},`]),
  ]
  const second = options.length > 0 ? `, {\n${options.join('\n')}\n}` : ''
  return `const response = await fetch(${text(call.url)}${second})\n${READERS[call.answers]}`
}

function headerLines({ credential, headers, url }: FilledCall): string[] {
  const own = {
    none: [],
    key: [`Authorization: \`Bearer \${process.env.KEY}\``],
    session: [
      `Cookie: \`runnel.session=\${process.env.SESSION}\``,
      `Origin: ${text(new URL(url).origin)}`,
    ],
  }
  return [
    ...own[credential],
    ...headers.map(([name, value]) => `${STYLE.key(name)}: ${text(value)}`),
  ]
}

function bodyOf(body: string): string {
  const value = parseJson(body)
  return value === undefined ? text(body) : `JSON.stringify(${literal(value, STYLE, '  ')})`
}
