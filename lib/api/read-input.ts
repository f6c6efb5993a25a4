import type { z } from 'zod'
import { AppError } from '@/lib/platform/errors'
import { issueWords } from './issue-words'

/**
 * At the first thing that does not fit the parsing stops: nothing more is said of a request than that, and a list of a
 * hundred thousand wrong entries would take seconds. zod calls it internal; a test tells when it is gone.
 */
const STOP_AT_FIRST = { error: issueWords, abortEarly: true }

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
  const name = [...(issue?.path ?? []), ...extra].join('.') || undefined
  const why = extra.length > 0 ? 'there is no such field' : (issue?.message ?? 'it does not fit')
  throw new AppError(`${name ? `\`${name}\`` : `The ${where}`} is wrong: ${why}.`, {
    code: 'invalid_request',
    status: 400,
    param: name,
    hint: 'GET /openapi.json describes every field.',
  })
}
