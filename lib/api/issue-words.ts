import type { z } from 'zod'

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
