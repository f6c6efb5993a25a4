import type { FilledCall } from '../filled-call'

/** A text as one word of a POSIX shell: nothing in it is expanded. */
export function shellWord(text: string): string {
  return /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

const CREDENTIALS: Record<FilledCall['credential'], (origin: string) => string[]> = {
  none: () => [],
  key: () => [`-H "Authorization: Bearer $KEY"`],
  session: (origin) => [
    `-H "Cookie: runnel.session=$SESSION"`,
    `-H ${shellWord(`Origin: ${origin}`)}`,
  ],
}

/** A call for `curl` in a POSIX shell; the key is the variable `KEY`. */
export function curlSnippet(call: FilledCall): string {
  const implied = call.body === null ? 'GET' : 'POST'
  const start = [
    'curl',
    ...(call.answers === 'stream' ? ['-N'] : []),
    ...(call.method === implied ? [] : ['-X', call.method]),
    shellWord(call.url),
  ].join(' ')
  return [
    start,
    ...CREDENTIALS[call.credential](new URL(call.url).origin),
    ...call.headers.map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    // Unlike `-d`, it never takes a text that begins with @ for the name of a file.
    ...(call.body === null ? [] : [`--data-raw ${shellWord(call.body)}`]),
  ].join(' \\\n  ')
}
