import { describe, expect, it } from 'vitest'
import { outputGrammar } from '@/lib/engines/local/grammar/output-grammar'

function grammarOf(schema: Record<string, unknown>): string | undefined {
  return outputGrammar({
    format: { kind: 'schema', schema },
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: true,
  })
}

function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: 'string' }
  for (let level = 0; level < depth; level++) schema = { type: 'array', items: schema }
  return schema
}

const named = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }]))

/** A schema of so many lines, of which references make twice as much in each. */
function doubling(levels: number): Record<string, unknown> {
  const defs = Array.from({ length: levels }, (_, level) => {
    const next = { $ref: `#/$defs/a${level + 1}` }
    return [`a${level}`, { allOf: [next, next] }]
  })
  return { $ref: '#/$defs/a0', $defs: { ...Object.fromEntries(defs), [`a${levels}`]: {} } }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('the grammar of a schema', () => {
  it.each([
    ['a value of no type', { type: [] }],
    ['an array without room', { type: 'array', minItems: 5, maxItems: 2 }],
    ['a text without room', { type: 'string', minLength: 5, maxLength: 2 }],
    ['lengths that the engine would not count', { type: 'string', maxLength: 1e9 }],
    ['tuples asked to be longer', { type: 'array', prefixItems: [{}], items: false, minItems: 2 }],
    ['integers beyond all that are written', { type: 'integer', minimum: 1e300 }],
    [
      'a member that is required and not allowed',
      { type: 'object', required: ['a'], additionalProperties: false },
    ],
    ['a pattern that is none', { type: 'string', pattern: '(' }],
    ['a pattern that no text has', { type: 'string', pattern: '^a', maxLength: 0 }],
    ['a pattern that grows beyond all bounds', { pattern: '^(a|b)*a(a|b){20}$' }],
    ['a reference to nowhere', { $ref: '#/%' }],
    ['a reference to what every object has', { $ref: '#/constructor' }],
    ['a schema that is itself', { $ref: '#' }],
    ['a schema that is itself and more', { $ref: '#', minimum: 1 }],
    ['a schema that may be itself', { anyOf: [{ $ref: '#' }, { type: 'string' }] }],
    ['levels without end', nested(50_000)],
    ['a value of levels without end', { const: nested(50_000) }],
    ['a list of which nothing fits', { type: 'string', enum: ['aaa'], maxLength: 2 }],
    ['names that none may have', { required: ['a'], propertyNames: false }],
    ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'number' }] }],
    ['a part that nothing fits', { allOf: [{ type: 'string' }, false] }],
    ['two lists that have nothing in common', { allOf: [{ enum: ['a'] }, { enum: ['c'] }] }],
    ['a part that leads to itself', { allOf: [{ $ref: '#' }] }],
    ['more values than a worker may think about', { enum: Object.keys(named(100_000)) }],
    [
      'more repetitions than a worker may think about',
      {
        anyOf: Array.from({ length: 900 }, (_, index) => ({
          type: 'string',
          maxLength: 900 + index,
        })),
      },
    ],
    ['more members than a worker may think about', { type: 'object', properties: named(5000) }],
    ['parts that double with each line', doubling(60)],
    [
      'a long list that is held against each of many',
      { anyOf: numbers(2000).map((one) => ({ enum: [one] })), enum: numbers(50_000) },
    ],
    ['states with millions of steps between them', { pattern: '^((a?){200}){200}b$' }],
    ['patterns that take long to be read', { pattern: 'a'.repeat(500_000) }],
    ['an object that is listed beside what it must have', { enum: [{ a: 1 }], required: ['b'] }],
    ['a list that is listed beside a length', { const: [1], minItems: 2 }],
  ])('refuses %s, for it would hang the worker or promise what is not kept', (_, schema) => {
    expect(() => grammarOf(schema)).toThrow(
      expect.objectContaining({ code: 'unsupported_schema', param: 'response_format' }),
    )
  })

  it('names what is refused in a sentence, however long it is', () => {
    for (const schema of [{ pattern: `(?=${'a'.repeat(800)})*` }, { $ref: 'x'.repeat(100_000) }])
      try {
        grammarOf(schema)
        expect.unreachable()
      } catch (error) {
        expect(String(error).length).toBeLessThan(500)
      }
  })

  it.each([
    { allOf: [{ minimum: 3 }, { type: 'integer', minimum: 1, maximum: 9 }] },
    { $defs: { n: { type: 'integer', maximum: 9 } }, $ref: '#/$defs/n', minimum: 3 },
    { type: 'number', allOf: [{ type: 'integer', minimum: 3, maximum: 9 }] },
  ])('holds to all that applies at once: %j', (schema) => {
    expect(grammarOf(schema)).toMatch(/::= \[3-9\]$/m)
  })

  it('holds a member to both parts that speak of it', () => {
    const part = (schema: object) => ({ type: 'object', properties: { a: schema } })
    const low = { type: 'integer', minimum: 3 }
    const high = { type: 'integer', maximum: 9 }
    expect(grammarOf({ allOf: [part(low), part(high)] })).toBe(
      grammarOf(part({ type: 'integer', minimum: 3, maximum: 9 })),
    )
  })

  it.each([
    ['annotations', { 'x-order': 1, contentEncoding: 'base64', title: 'T', discriminator: {} }],
    ['a format of numbers', { format: 'double' }],
  ])('takes %s for what they are', (_, said) => {
    expect(grammarOf({ type: 'number', ...said })).toBe(grammarOf({ type: 'number' }))
  })

  it('ends where a definition leads back to itself beside another keyword', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/n', minProperties: 0 } } }
    expect(grammarOf({ $defs: { n: node }, $ref: '#/$defs/n' })).toContain('next')
  })

  it('writes `{}` for the arguments of a tool that declares none, and never anything but an object', () => {
    const callOf = (parameters: Record<string, unknown> | undefined) =>
      outputGrammar({
        format: { kind: 'text' },
        tools: [{ name: 'f', ...(parameters ? { parameters } : {}) }],
        toolChoice: 'required',
        parallelToolCalls: false,
      })
    expect(callOf({})).toContain('"{}"')
    expect(callOf({ type: 'object' })).toBe(callOf({}))
    expect(callOf(undefined)).toBe(callOf({}))
    expect(callOf({ properties: { a: { type: 'boolean' } } })).toBe(
      callOf({ type: 'object', properties: { a: { type: 'boolean' } } }),
    )
    expect(() => callOf({ type: 'string' })).toThrow(expect.objectContaining({ param: 'tools' }))
  })

  it('names `tools` when the schema of a tool is refused', () => {
    const tools = [{ name: 'f', parameters: { type: 'object', not: {} } }]
    expect(() =>
      outputGrammar({
        format: { kind: 'text' },
        tools,
        toolChoice: 'required',
        parallelToolCalls: true,
      }),
    ).toThrow(expect.objectContaining({ code: 'unsupported_schema', param: 'tools' }))
  })
})
