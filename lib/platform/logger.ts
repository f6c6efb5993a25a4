import { isatty } from 'node:tty'
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'
import { BoundedLines } from './bounded-lines'
import type { Config } from './config'

export type { Logger }

/** Names under which secrets travel; their values never reach a log. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'key',
  'secret',
  '*.password',
  '*.token',
]

/** What a name may have had in it before it was looked at: it would rule the terminal. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu

/** What a line for people says in its sentence already. */
const SAID = 'method,path,status,ms,caller,requestId,aborted'

/**
 * The log, on stderr, so that stdout stays for people who start the server: a line for each request and for what goes
 * wrong. People get sentences, a file or a collector gets one JSON object a line. Nobody waits for it: where nothing
 * takes the lines, they are dropped.
 */
export function createLogger(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  destination = new BoundedLines(process.stderr),
): Logger {
  const isTerminal = isatty(2)
  const options = {
    level: logLevel,
    base: undefined,
    redact: { paths: SECRET_FIELDS, censor: '[secret]' },
  }
  if ((logFormat ?? (isTerminal ? 'pretty' : 'json')) === 'json') return pino(options, destination)
  const sentences = pretty({
    destination,
    colorize: isTerminal,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: SAID,
    messageFormat: sentenceOf,
  })
  return pino(options, sentences)
}

/** `GET /v1/models 200 in 3 ms, ada@example.org, 4f1c…` for a request; its own message for everything else. */
function sentenceOf(line: Record<string, unknown>, messageKey: string): string {
  const { method, path, status, ms, aborted, caller, requestId } = line
  const message =
    status === undefined
      ? String(line[messageKey])
      : `${method} ${path} ${status} ${aborted ? 'left after' : 'in'} ${ms} ms`
  return [message, caller, requestId]
    .filter((part) => part !== undefined)
    .join(', ')
    .replace(CONTROL, '\uFFFD')
}
