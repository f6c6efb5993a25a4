import type { z } from 'zod'
import { AppError } from '@/lib/platform/errors'
import { issueWords } from './issue-words'

/** Levels of arrays and objects in a body. Schemas and grammars are walked by recursion, which ends with the stack. */
const MAX_DEPTH = 100

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
  const result = schema.safeParse(value, { error: issueWords })
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

/**
 * Reads a JSON body.
 * @throws AppError 415, 413 or 400 when it is of another type, larger than `maxBytes`, not JSON, or nested too deep.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]*\+)?json\b/i.test(type))
    throw new AppError('The body must be JSON, with `Content-Type: application/json`.', {
      code: 'unsupported_media_type',
      status: 415,
    })
  const value = parseJson(await readText(request, maxBytes))
  if (!isShallow(value))
    throw new AppError(`The body is nested deeper than ${MAX_DEPTH} levels.`, {
      code: 'json_too_deep',
      status: 400,
    })
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('The body is not valid JSON.', { code: 'invalid_json', status: 400, cause })
  }
}

/** Level by level, so that looking does not end with the stack itself. */
function isShallow(value: unknown): boolean {
  let level = [value].filter(isNested)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) return false
    level = level.flatMap((one) => Object.values(one).filter(isNested))
  }
  return true
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new AppError(`The body is larger than ${maxBytes} bytes.`, {
      code: 'body_too_large',
      status: 413,
    })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) return ''
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
