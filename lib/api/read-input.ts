import type { z } from 'zod'
import { AppError, shortened } from '@/lib/platform/errors'

type Issue = Parameters<z.core.$ZodErrorMap>[0]
type Bound = Extract<Issue, { code: 'too_small' | 'too_big' }>

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const FORMATS: Record<string, string> = {
  email: 'an email address',
  url: 'an address with http:// or https://',
  uuid: 'a UUID',
  datetime: 'a date and time such as 2026-01-31T12:00:00Z',
}

/**
 * What is wrong with a value, in the words of this server, wherever a schema has none of its own: zod's are written
 * for the programmer of a schema. For `safeParse`.
 */
export const issueWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code !== 'custom') return 'it is missing'
  switch (issue.code) {
    case 'invalid_type':
      return mustBe(KINDS[issue.expected])
    case 'invalid_value':
      return mustBe(anyOf(issue.values))
    case 'invalid_format':
      return mustBe(FORMATS[issue.format])
    case 'not_multiple_of':
      return mustBe(`a multiple of ${issue.divisor}`)
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')
    case 'invalid_union':
      return issue.discriminator ? `its \`${issue.discriminator}\` is none that is known` : OTHER
    case 'unrecognized_keys':
      return 'there is no such field'
    case 'invalid_key':
      return 'the name of a member does not fit'
    default:
      return OTHER
  }
}

const OTHER = 'it has none of the forms that are possible here'

function mustBe(what: string | undefined): string {
  return what ? `it must be ${what}` : OTHER
}

function anyOf(values: readonly unknown[]): string {
  const words = values.map((value) => `\`${value}\``)
  const last = words.pop() ?? ''
  return words.length > 0 ? `${words.join(', ')} or ${last}` : last
}

function bound(issue: Bound, limit: number | bigint, than: string): string {
  const [verb, unit] = measureOf(issue.origin)
  if (unit && issue.code === 'too_small' && limit === 1) return 'it must not be empty'
  return `it must ${verb} ${issue.exact ? 'exactly' : than} ${limit}${unit}`
}

function measureOf(origin: string): [verb: string, unit: string] {
  switch (origin) {
    case 'string':
      return ['have', ' characters']
    case 'array':
    case 'set':
      return ['have', ' entries']
    default:
      return ['be', '']
  }
}

/**
 * At the first thing that does not fit the parsing stops: nothing more is said of a request than that, and a list of a
 * hundred thousand wrong entries would take seconds. zod calls it internal; a test tells when it is gone.
 */
const STOP_AT_FIRST = { error: issueWords, abortEarly: true }

/** More of a field's name is not repeated. */
const LONGEST_NAME = 200

/** A catch-all segment is one value with slashes, as a model's id is written. Next has decoded what it gives a route. */
export function joinParams(
  params: Record<string, string | string[] | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join('/') : value,
    ]),
  )
}

/**
 * Parses one part of a request.
 * @throws AppError 400 that names the field and what is wrong with it.
 */
export function parse(
  schema: z.ZodType | undefined,
  value: unknown,
  where: 'path' | 'query' | 'body',
): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value, STOP_AT_FIRST)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...(issue?.path ?? []), ...extra].join('.')
  const name = path === '' ? undefined : shortened(path, LONGEST_NAME)
  const why = extra.length > 0 ? 'there is no such field' : (issue?.message ?? 'it does not fit')
  throw new AppError(`${name ? `\`${name}\`` : `The ${where}`} is wrong: ${why}.`, {
    code: 'invalid_request',
    status: 400,
    param: name,
    hint: 'GET /openapi.json describes every field.',
  })
}
