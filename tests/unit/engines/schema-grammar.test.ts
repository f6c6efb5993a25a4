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

const named = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }]))

describe('the grammar of a schema', () => {
  it.each([
    ['a value of no type', { type: [] }],
    ['an array without room', { type: 'array', minItems: 5, maxItems: 2 }],
    ['a text without room', { type: 'string', minLength: 5, maxLength: 2 }],
    ['lengths that the engine would not count', { type: 'string', maxLength: 1e9 }],
    ['tuples cut short', { type: 'array', prefixItems: [{}, {}, {}], maxItems: 1 }],
    ['tuples asked to be longer', { type: 'array', prefixItems: [{}], items: false, minItems: 2 }],
    ['integers beyond all that are written', { type: 'integer', minimum: 1e300 }],
    ['a member that is required and nowhere', { type: 'object', required: ['a'] }],
    ['names that are held to something', { type: 'object', propertyNames: { enum: ['a'] } }],
    ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'number' }] }],
    ['a part that nothing fits', { allOf: [{ type: 'string' }, false] }],
    ['two lists for one value', { allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }],
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
  ])('refuses %s, for it would hang the worker or promise what is not kept', (_, schema) => {
    expect(() => grammarOf(schema)).toThrow(
      expect.objectContaining({ code: 'unsupported_schema', param: 'response_format' }),
    )
  })

  it.each([
    { allOf: [{ minimum: 3 }, { type: 'integer', minimum: 1, maximum: 9 }] },
    { $defs: { n: { type: 'integer', maximum: 9 } }, $ref: '#/$defs/n', minimum: 3 },
    { type: 'number', allOf: [{ type: 'integer', minimum: 3, maximum: 9 }] },
  ])('holds to all that applies at once: %j', (schema) => {
    expect(grammarOf(schema)).toBe(grammarOf({ type: 'integer', minimum: 3, maximum: 9 }))
  })

  it('holds a member to both parts that speak of it', () => {
    const part = (schema: object) => ({ type: 'object', properties: { a: schema } })
    const low = { type: 'integer', minimum: 3 }
    const high = { type: 'integer', maximum: 9 }
    expect(grammarOf({ allOf: [part(low), part(high)] })).toBe(
      grammarOf(part({ type: 'integer', minimum: 3, maximum: 9 })),
    )
  })

  it('names `tools` when the schema of a tool is refused', () => {
    const tools = [{ name: 'f', parameters: { type: 'string', pattern: 'a' } }]
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
