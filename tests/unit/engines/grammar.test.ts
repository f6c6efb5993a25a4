import { Ajv2020 } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Sampling } from '@/lib/engines/types'
import { collect, createEngine, generate, request, unending } from './support'

const { engine } = createEngine()
afterAll(() => engine.close())

const hot = (seed: number): Sampling => ({ ...request().sampling, temperature: 1.2, seed })

/** Says what of a value does not fit a schema, in place of us. */
const validator = new Ajv2020({ strict: false, unicodeRegExp: true, logger: false })
addFormats.default(validator)

/** Schemas of all kinds, `depth` deep. Where several things can be said of one value, some may contradict: those are left out. */
function schemaOf(depth: number): fc.Arbitrary<Record<string, unknown>> {
  const small = fc.integer({ min: 0, max: 4 })
  const bounds = fc.tuple(
    fc.float({ min: -50, max: 50, noNaN: true }),
    fc.integer({ min: 1, max: 60 }),
  )
  const text = fc.oneof(
    fc.tuple(small, small).map(([least, more]) => ({ minLength: least, maxLength: least + more })),
    fc.constantFrom('date', 'time', 'uuid', 'ipv4', 'ipv6').map((format) => ({ format })),
    fc
      .constantFrom('^[a-z]{2,5}$', '^x', 'q|z', '^\\\\d{3}-[A-F]$')
      .map((pattern) => ({ pattern, maxLength: 20 })),
  )
  const scalars: fc.Arbitrary<Record<string, unknown>>[] = [
    text.map((said) => ({ type: 'string', ...said })),
    bounds.map(([low, size]) => ({ type: 'number', minimum: low, exclusiveMaximum: low + size })),
    bounds.map(([low, size]) => ({
      type: 'integer',
      exclusiveMinimum: Math.floor(low),
      maximum: low + size + 1,
    })),
    fc.constantFrom<Record<string, unknown>>(
      { type: 'boolean' },
      { type: 'null' },
      { const: 'a "b" \\n' },
    ),
    fc
      .uniqueArray(
        fc.jsonValue({ maxDepth: 1 }).filter((value) => JSON.stringify(value).length <= 40),
        { minLength: 1, maxLength: 4 },
      )
      .map((values) => ({ enum: values })),
    fc.constant({ type: ['integer', 'null'], minimum: 1, maximum: 3 }),
  ]
  if (depth === 0) return fc.oneof(...scalars)
  const inner = schemaOf(depth - 1)
  const members = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), inner, { maxKeys: 4 })
  return fc.oneof(
    ...scalars,
    fc.tuple(members, fc.infiniteStream(fc.boolean())).map(([properties, coin]) => ({
      type: 'object',
      properties,
      required: Object.keys(properties).filter(() => coin.next().value),
      additionalProperties: false,
    })),
    fc
      .tuple(inner, small)
      .map(([items, least]) => ({ type: 'array', items, minItems: least, maxItems: least + 1 })),
    fc
      .array(inner, { minLength: 1, maxLength: 3 })
      .map((prefixItems) => ({ type: 'array', prefixItems, items: false })),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    inner.map((value) => ({
      type: 'object',
      propertyNames: { maxLength: 8 },
      additionalProperties: value,
      maxProperties: 2,
    })),
    inner.map((items) => ({ allOf: [{ type: 'array', items }, { maxItems: 2 }] })),
  )
}

/** Answers to one question with many seeds, sixteen at a time, as the values that they parse to; each fits the schema. */
function answers(schema: Record<string, unknown>, count: number): Promise<unknown[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, seed) => {
      const { text, done } = await collect(
        generate(
          engine,
          request({ sampling: hot(seed), maxTokens: 700, format: { kind: 'schema', schema } }),
          unending,
        ),
      )
      expect(done.finishReason, `${text} for ${JSON.stringify(schema)}`).toBe('stop')
      const value: unknown = JSON.parse(text)
      const fits = validator.validate(schema, value)
      expect(fits, `${text} for ${JSON.stringify(schema)}: ${validator.errorsText()}`).toBe(true)
      return value
    }),
  )
}

describe('answers by grammar', { timeout: 120_000 }, () => {
  it('always parse, and are what the schema says', async () => {
    const values = await answers(
      {
        type: 'object',
        properties: {
          name: { type: 'string', maxLength: 12 },
          kind: { enum: ['fox', 'bee', 'a "quoted" one'] },
          age: { type: 'integer', minimum: 3, maximum: 120 },
          tags: {
            type: 'array',
            items: { type: 'string', maxLength: 6 },
            minItems: 1,
            maxItems: 3,
          },
          home: { $ref: '#/$defs/home' },
          note: { type: ['string', 'null'], maxLength: 8 },
          born: { type: 'string', format: 'date' },
        },
        required: ['name', 'kind', 'age', 'tags'],
        additionalProperties: false,
        $defs: {
          home: {
            type: 'object',
            properties: { deep: { type: 'boolean' } },
            required: ['deep'],
            additionalProperties: false,
          },
        },
      },
      100,
    )
    expect(values).toHaveLength(100)
    for (const value of values) {
      expect(value).toMatchObject({
        name: expect.any(String),
        kind: expect.stringMatching(/^(fox|bee|a "quoted" one)$/),
        age: expect.any(Number),
        tags: expect.any(Array),
      })
      const { age, home, note, born } = Object(value)
      expect(age >= 3 && age <= 120 && Number.isInteger(age)).toBe(true)
      if (home !== undefined) expect(home).toEqual({ deep: expect.any(Boolean) })
      if (note !== undefined) expect(note === null || typeof note === 'string').toBe(true)
      if (born !== undefined) expect(Number.isNaN(Date.parse(born))).toBe(false)
    }
  })

  it('fit their schema, whatever it is made of', async () => {
    // Each with few values, so that even a hot model comes to an end.
    const schemas = fc.sample(schemaOf(2), 25)
    for (const schema of schemas) await answers(schema, 2)
  })

  it.each([
    { type: 'string', format: 'email', maxLength: 60 },
    { type: 'string', format: 'uri', maxLength: 60 },
    { type: 'string', format: 'ipv4' },
    { type: 'string', format: 'ipv6' },
    { type: 'string', format: 'hostname' },
    { type: 'string', format: 'duration' },
    { type: 'string', format: 'date-time' },
    { type: 'string', format: 'regex', maxLength: 30 },
    { type: 'string', pattern: '^[a-c"\\\\\\n]{3,9}$' },
    { type: 'string', pattern: '[0-9]{2}', minLength: 4, maxLength: 12 },
    { type: 'string', pattern: '^(?=.*[0-9])(?!.*aa)[a-z0-9]{4,10}$' },
    { type: 'integer', minimum: 1e15, maximum: 9e15 },
    { type: 'number', exclusiveMinimum: 0, maximum: 0.5 },
    { type: 'number', minimum: -2.5, exclusiveMaximum: -2.4 },
    { type: 'array', prefixItems: [{ const: 'a' }, { type: 'boolean' }], items: false },
    {
      type: 'object',
      required: ['a'],
      properties: { b: { type: 'null' } },
      additionalProperties: { type: 'boolean' },
    },
    {
      allOf: [
        { properties: { a: { const: 1 } }, additionalProperties: false },
        { properties: { b: { const: 2 } } },
      ],
    },
    {
      type: 'object',
      propertyNames: { enum: ['a', 'b'] },
      additionalProperties: { type: 'boolean' },
    },
    z.toJSONSchema(
      z.strictObject({
        id: z.uuid(),
        mail: z.email().max(50),
        at: z.iso.datetime(),
        n: z.int().positive(),
      }),
    ),
    z.toJSONSchema(z.tuple([z.ipv4(), z.iso.duration(), z.nanoid(), z.number().gt(1).lt(2)])),
  ])('fit %j', async (schema) => {
    expect(await answers(schema, 4)).toHaveLength(4)
  })

  it('are as large as is allowed without keeping the worker from anything else', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `member ${index}`)
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'boolean' }]))
    const [value] = await answers({ type: 'object', properties }, 1)
    for (const [name, member] of Object.entries(Object(value))) {
      expect(names).toContain(name)
      expect(member).toBeTypeOf('boolean')
    }
  })

  it.each([
    [20, 1500],
    [520, 520],
    [0, 510],
    [510, 2000],
    [100, 100_000],
  ])('keep to a length from %i to %i', async (minLength, maxLength) => {
    const values = await answers({ type: 'string', minLength, maxLength }, 4)
    for (const value of values) {
      expect([...String(value)].length).toBeGreaterThanOrEqual(minLength)
      expect([...String(value)].length).toBeLessThanOrEqual(maxLength)
    }
  })

  it('take one of several forms', async () => {
    const values = await answers(
      {
        anyOf: [
          { const: 'yes' },
          { type: 'object', properties: { no: { type: 'null' } }, required: ['no'] },
        ],
      },
      12,
    )
    for (const value of values) expect(['"yes"', '{"no":null}']).toContain(JSON.stringify(value))
  })

  it('call the tool that was named, with arguments that parse', async () => {
    const tools = [
      { name: 'other', parameters: { type: 'object', properties: {} } },
      {
        name: 'move',
        parameters: {
          type: 'object',
          properties: {
            to: { enum: ['north', 'south'] },
            steps: { type: 'integer', minimum: 1, maximum: 9 },
          },
          required: ['to', 'steps'],
        },
      },
    ]
    for (const seed of [1, 2, 3]) {
      const { events, text, done } = await collect(
        generate(
          engine,
          request({
            prompt: {
              kind: 'chat',
              messages: [{ role: 'user', content: 'Go!' }],
              tools,
              toolChoice: { name: 'move' },
            },
            sampling: hot(seed),
            maxTokens: 200,
          }),
          unending,
        ),
      )
      expect(text).toBe('')
      expect(done.finishReason).toBe('tool_calls')
      const calls = events.flatMap((event) => (event.kind === 'tool' ? [event] : []))
      expect(calls[0]).toMatchObject({
        index: 0,
        name: 'move',
        id: expect.stringMatching(/^call_/),
      })
      const args = JSON.parse(calls.map(({ argumentsDelta }) => argumentsDelta).join(''))
      expect(['north', 'south']).toContain(args.to)
      expect(args.steps).toBeGreaterThan(0)
    }
  })

  it.each([
    [{ type: 'string', pattern: '\\bfox\\b' }, 'pattern'],
    [{ type: 'object', properties: { a: { type: 'number', multipleOf: 7 } } }, 'multipleOf'],
    [{ type: 'string', format: 'jwt' }, 'jwt'],
    [{ type: 'array', uniqueItems: true }, 'uniqueItems'],
    [{ $ref: 'https://example.com/x' }, 'https://example.com/x'],
    [{ not: {} }, 'not'],
  ])('are refused by name for %j', async (schema, name) => {
    await expect(
      collect(generate(engine, request({ format: { kind: 'schema', schema } }), unending)),
    ).rejects.toMatchObject({
      code: 'unsupported_schema',
      status: 400,
      message: expect.stringContaining(name),
    })
  })
})
