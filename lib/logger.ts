import { isatty } from 'node:tty'
import pino, { type Logger } from 'pino'
import type { Config } from '@/lib/config'

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

/**
 * The log: one JSON object a line on stderr, so that stdout stays for people. Unless a level is set,
 * a terminal shows warnings only, and a file or a collector also gets a line for each request.
 */
export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino(
    {
      level: config.logLevel ?? (isatty(2) ? 'warn' : 'info'),
      base: undefined,
      redact: { paths: SECRET_FIELDS, censor: '[secret]' },
    },
    pino.destination({ fd: 2, sync: true }),
  )
}
