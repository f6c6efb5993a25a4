import { describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { issueWords, parse } from '@/lib/api/read-input'
import { isAppError } from '@/lib/platform/errors'
import { oneOf } from '@/lib/protocols/shared/schemas'

/** How zod itself begins its sentences. */
const ZODS_OWN = /invalid|too (?:big|small)|expected|received|unrecognized|>=|<=/i

const PROBES: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  ' ',
  'nonsense',
  'x'.repeat(500_000),
  -1e300,
  1e300,
  -0.5,
  9,
  Number.NaN,
  {},
  { type: 'nonsense' },
  { type: 'function' },
  { type: 'json_schema' },
  { role: 'user' },
  [],
  [null],
  [1.5],
  [''],
  Array(3000).fill('a'),
  [{}],
  [{ type: 'nonsense' }],
  [{ type: 'function' }],
  [{ role: 'user' }],
  [{ role: 'user', content: [{ type: 'text' }] }],
  [{ role: 'tool', content: 5 }],
]

const SCHEMAS = ENDPOINTS.flatMap(({ method, path, query, body }) =>
  [query, body].flatMap((schema) => (schema ? [[`${method} ${path}`, schema] as const] : [])),
)

describe('what is said of a value that does not fit', () => {
  test.each(SCHEMAS)('%s has no word of zod', (_, schema) => {
    const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
    const inputs = [
      ...PROBES,
      ...fields.flatMap((name) => PROBES.map((value) => ({ [name]: value }))),
    ]
    for (const input of inputs) {
      const { error } = schema.safeParse(input, { error: issueWords })
      for (const { message, path } of error?.issues ?? [])
        expect(`${path.join('.')}: ${message}`).not.toMatch(ZODS_OWN)
    }
  })

  const said = (schema: z.ZodType, value: unknown): string => {
    try {
      parse(schema, value, 'body')
      return ''
    } catch (error) {
      return isAppError(error) ? error.message : String(error)
    }
  }

  it('names what is missing, what it must be and its bounds', () => {
    const of = (schema: z.ZodType, a: unknown) => said(z.object({ a: schema }), { a })
    expect(said(z.object({}), null)).toBe('The body is wrong: it must be an object.')
    expect(said(z.object({}), [])).toBe('The body is wrong: it must be an object.')
    expect(of(z.string(), undefined)).toBe('`a` is wrong: it is missing.')
    expect(of(z.string(), 5)).toBe('`a` is wrong: it must be a text.')
    expect(of(z.number().max(2), 9)).toBe('`a` is wrong: it must be at most 2.')
    expect(of(z.number().gt(0), 0)).toBe('`a` is wrong: it must be more than 0.')
    expect(of(z.string().max(2), 'abc')).toBe('`a` is wrong: it must have at most 2 characters.')
    expect(of(z.string().min(1), '')).toBe('`a` is wrong: it must not be empty.')
    expect(of(z.array(z.int()).length(2), [1])).toBe(
      '`a` is wrong: it must have exactly 2 entries.',
    )
    expect(of(z.enum(['x', 'y', 'z']), 'pdf')).toBe('`a` is wrong: it must be `x`, `y` or `z`.')
  })

  it('names the field of a value that may have several forms', () => {
    const part = z.object({ text: z.string() })
    const content = oneOf([z.string(), z.array(part)], 'it must be a text or a list')
    expect(said(z.object({ content }), { content: [{}] })).toBe(
      '`content` is wrong: in `0.text` it is missing.',
    )
    expect(said(z.object({ content }), { content: 5 })).toContain('it must be a text or a list')
  })

  it('leaves the words that a schema has of its own', () => {
    expect(said(z.string('it must rhyme'), 5)).toBe('The body is wrong: it must rhyme.')
    expect(
      said(
        z.string().refine(() => false, 'it must rhyme'),
        'a',
      ),
    ).toContain('it must rhyme')
  })
})
