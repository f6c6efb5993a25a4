import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { type JsonSchema, schemaOf } from '@/lib/api/openapi/endpoint-parts'
import { asSchema, kindsOf } from '@/lib/api/openapi/fields'
import { parse } from '@/lib/api/read-input'
import { chatBody } from '@/lib/protocols/openai/schemas/requests'

/** The lists in a schema that have no bound, by where they stand. */
function unboundedIn(schema: JsonSchema, path: string): string[] {
  const kinds = kindsOf(schema)
  if (kinds.length > 1 || kinds[0] !== schema)
    return kinds.flatMap((kind) => unboundedIn(kind, path))
  const items = asSchema(schema.items)
  return [
    ...(schema.type === 'array' && schema.maxItems === undefined ? [path] : []),
    ...(items ? unboundedIn(items, `${path}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, value]) =>
      unboundedIn(asSchema(value) ?? {}, `${path}.${name}`),
    ),
  ]
}

test('every list that a request may hold has a bound', () => {
  const bodies = ENDPOINTS.flatMap(({ path, body, query }) =>
    [body, query].flatMap((schema) => (schema ? unboundedIn(schemaOf(schema, 'input'), path) : [])),
  )
  expect(bodies).toEqual([])
})

describe('parse', () => {
  /** Wrong in each field; counts how often somebody looks at it. */
  function wrongEntries(count: number) {
    let looks = 0
    const entry = new Proxy(
      {},
      {
        get: () => {
          looks += 1
          return undefined
        },
      },
    )
    return { entries: Array.from({ length: count }, () => entry), looks: () => looks }
  }

  test.each([
    ['messages', (entries: unknown[]) => ({ model: 'm', messages: entries }), 'messages.0.role'],
    [
      'parts of a message',
      (content: unknown[]) => ({ model: 'm', messages: [{ role: 'user', content }] }),
      'messages.0.content',
    ],
    [
      'tools',
      (entries: unknown[]) => ({
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        tools: entries.slice(0, 128),
      }),
      'tools.0.type',
    ],
  ])('stops at the first wrong entry of %s', (_, bodyWith, param) => {
    const one = wrongEntries(1)
    const many = wrongEntries(9000)
    for (const { entries } of [one, many])
      expect(() => parse(chatBody, bodyWith(entries), 'body')).toThrow(
        expect.objectContaining({ status: 400, param }),
      )
    expect(one.looks()).toBeGreaterThan(0)
    expect(many.looks()).toBe(one.looks())
  })

  test('repeats no more of a name than tells which it is', () => {
    const body = { ['k'.repeat(1_000_000)]: 1 }
    try {
      parse(z.strictObject({}), body, 'body')
      expect.unreachable()
    } catch (error) {
      expect(JSON.stringify(error).length + String(error).length).toBeLessThan(1000)
    }
  })

  test('refuses a list that is too long before it looks at an entry', () => {
    const { entries, looks } = wrongEntries(11)
    const schema = z.object({ list: z.array(z.object({ a: z.string() })).max(10) })
    expect(() => parse(schema, { list: entries }, 'body')).toThrow(/at most 10 entries/)
    expect(looks()).toBe(0)
  })
})
