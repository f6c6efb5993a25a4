import { z } from 'zod'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { isOptional, type JsonSchema, schemaOf } from './json-schema'

/** What a call carries in its path, its query or its headers. */
export type Parameter = {
  name: string
  where: 'path' | 'query' | 'header'
  required: boolean
  schema: JsonSchema
  example: string | number | boolean | undefined
}

const lastEventId: Parameter = {
  name: 'Last-Event-ID',
  where: 'header',
  required: false,
  schema: schemaOf(
    z.string().meta({ description: 'The id of the last event that was seen: goes on after it.' }),
    'input',
  ),
  example: undefined,
}

/** The parameters of an endpoint, those of the path first. */
export function parametersOf(endpoint: Endpoint): Parameter[] {
  const declared = (['path', 'query'] as const).flatMap((where) => {
    const fields = (where === 'path' ? endpoint.params : endpoint.query)?.shape ?? {}
    const examples = where === 'path' ? endpoint.example?.params : endpoint.example?.query
    return Object.entries(fields).map(([name, field]) => ({
      name,
      where,
      required: where === 'path' || !isOptional(name, field),
      schema: schemaOf(field, 'input'),
      example: examples?.[name],
    }))
  })
  return endpoint.response.events ? [...declared, lastEventId] : declared
}
