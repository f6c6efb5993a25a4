import { Ajv2020 } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import type { Sampling } from '@/lib/engines/types'
import { collect, createEngine, request, unending } from './support'

const { engine } = createEngine()
afterAll(() => engine.close())

const hot = (seed: number): Sampling => ({ ...request().sampling, temperature: 1.2, seed })

/** Says what of a value does not fit a schema, in place of us. */
const validator = new Ajv2020({ strict: false, unicodeRegExp: true })
addFormats.default(validator)

/** Answers to one question with many seeds, sixteen at a time, as the values that they parse to; each fits the schema. */
function answers(schema: Record<string, unknown>, count: number): Promise<unknown[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, seed) => {
      const { text, done } = await collect(
        engine.generate(
          request({ sampling: hot(seed), maxTokens: 700, format: { kind: 'schema', schema } }),
          unending,
        ),
      )
      expect(done.finishReason).toBe('stop')
      const value: unknown = JSON.parse(text)
      expect(validator.validate(schema, value), validator.errorsText()).toBe(true)
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
        engine.generate(
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
    [{ type: 'string', pattern: '^a' }, 'pattern'],
    [{ type: 'object', properties: { a: { type: 'number', minimum: 1 } } }, 'minimum'],
    [{ type: 'string', format: 'email' }, 'email'],
    [{ $ref: 'https://example.com/x' }, 'https://example.com/x'],
    [{ not: {} }, 'not'],
  ])('are refused by name for %j', async (schema, name) => {
    await expect(
      collect(engine.generate(request({ format: { kind: 'schema', schema } }), unending)),
    ).rejects.toMatchObject({
      code: 'unsupported_schema',
      status: 400,
      message: expect.stringContaining(name),
    })
  })
})
