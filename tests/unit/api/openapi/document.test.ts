import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { describeApi } from '@/lib/api/openapi/document'
import { parametersOf, schemaOf } from '@/lib/api/openapi/endpoint-parts'
import { operationIdOf } from '@/lib/api/openapi/operation'

const document = z.record(z.string(), z.unknown()).parse(
  // As it travels: what JSON leaves out is not there.
  JSON.parse(describeApi()),
)
const named = ENDPOINTS.map((each) => [`${each.method} ${each.path}`, each] as const)

/** Every `$ref` in a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : []
  return [...own, ...Object.values(value).flatMap(referencesIn)]
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1, says a validator that is not ours', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('has nothing that points to nowhere', () => {
    const references = new Set(referencesIn(document))
    expect(references.size).toBeGreaterThan(5)
    for (const reference of references) {
      expect(reference).toMatch(/^#\//)
      const steps = reference.slice(2).split('/')
      const target = steps.reduce<unknown>(
        (value, step) => z.record(z.string(), z.unknown()).parse(value)[step],
        document,
      )
      expect(target, reference).toBeDefined()
    }
  })

  test('gives every operation an id of its own', () => {
    const ids = ENDPOINTS.map(operationIdOf)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe.each(named)('%s', (_, endpoint) => {
  test('has an example that its schemas take', () => {
    const { params, query, body } = endpoint.example ?? {}
    if (params) expect(endpoint.params?.safeParse(params)).toMatchObject({ success: true })
    if (endpoint.query) expect(endpoint.query.safeParse(query ?? {}).error).toBeUndefined()
    if (endpoint.body) expect(endpoint.body.safeParse(body).error).toBeUndefined()
  })

  test('has examples of the types that the document names', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    for (const { name, schema, example } of parametersOf(endpoint))
      if (example !== undefined) expect(ajv.validate(schema, example), name).toBe(true)
    const { body, example } = endpoint
    if (body) expect(ajv.validate(schemaOf(body, 'input'), example?.body)).toBe(true)
  })

  test('says what it answers: JSON, events, a file, or nothing', () => {
    const { status, schema, events, files } = endpoint.response
    expect(Boolean(schema || events || files)).toBe(status !== 204)
  })
})
