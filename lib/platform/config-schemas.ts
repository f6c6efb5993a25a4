import { z } from 'zod'

// How the text of an environment variable becomes a value, and what is said about one that can't.

const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
const TIMES: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A whole number within bounds. */
export const count = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

/** A size in bytes: `1048576`, `10M`, `1G`. */
export const bytes = z.string().transform((text, ctx) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text.trim())
  const unit = UNITS[match?.[2]?.toLowerCase() ?? 'none']
  if (match?.[1] && unit) return Math.round(Number(match[1]) * unit)
  ctx.addIssue({ code: 'custom', message: 'must be a size such as 1048576, 10M or 1G' })
  return z.NEVER
})

/** A duration in milliseconds: `500ms`, `30s`, `5m`, `1h`, or seconds as a bare number. */
export const duration = z.string().transform((text, ctx) => {
  const match = /^(-?\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i.exec(text.trim())
  if (match?.[1])
    return Math.round(Number(match[1]) * (TIMES[match[2]?.toLowerCase() ?? 's'] ?? 1000))
  ctx.addIssue({ code: 'custom', message: 'must be a duration such as 500ms, 30s, 5m or 1h' })
  return z.NEVER
})

/** A size of at least one byte: for what would never move with none. */
export const positiveBytes = bytes.refine((value) => value > 0, 'must be more than 0')

/** A duration that is not over before it begins. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'must be longer than 0')

/** An http or https address. */
export const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })

/** The address of a proxy; http where it names no protocol, as curl has it. */
export const proxy = z
  .string()
  .transform((text) => (text.includes('://') ? text : `http://${text}`))
  .pipe(
    z.url({ protocol: /^https?$/, error: 'must be an address such as http://proxy.example:3128' }),
  )

/** Where a server is reached, without the slash that may follow. Nothing here is served below a path. */
export const origin = url.pipe(
  z
    .string()
    .refine(
      (text) => `${new URL(text).origin}/` === new URL(text).href,
      'must be an address without a path, such as https://runnel.example.org',
    )
    .transform((text) => new URL(text).origin),
)
/** `true`, `false`, `1` or `0`. */
export const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((text) => text === 'true' || text === '1')
/** Words between commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)

/** Names of hosts between commas. Anything else would match none, and nobody would know why. */
export const hosts = list.pipe(
  z.array(
    z
      .string()
      .regex(
        /^[\w.:[\]-]+$/,
        'must be names such as runnel.lan or .example.org, nothing around them',
      ),
  ),
)

/** Hosts to download from, between commas. */
export const downloadHosts = list.pipe(
  z.array(
    z
      .string()
      .regex(
        /^(?:\*\.)?[\w:[\]-][\w.:[\]-]*$/,
        'must be hosts such as files.example.org, files.example.org:8443 or *.example.org, nothing around them',
      ),
  ),
)

/** Origins between commas. */
export const origins = list.pipe(
  z.array(
    z
      .string()
      .refine(
        (text) => URL.canParse(text) && new URL(text).origin === text,
        'must be origins such as https://app.example.org, without a path',
      ),
  ),
)
