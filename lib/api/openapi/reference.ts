import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { errorsOf, type Parameter, parametersOf, schemaOf } from './endpoint-parts'
import { fieldOf, groupsOf } from './fields'
import { operationIdOf } from './operation'
import type { ApiCall, ApiCallSummary, ApiParameter, ApiTrial } from './schemas'

/** The line that the list of calls has for an endpoint. */
export function summaryOf(endpoint: Endpoint): ApiCallSummary {
  const { method, path, tag, summary } = endpoint
  return { id: operationIdOf(endpoint), method, path, tag, summary }
}

/** An endpoint as the API page shows it: plain data, so that the page needs no schema library. */
export function callOf(endpoint: Endpoint): ApiCall {
  const { body, response } = endpoint
  return {
    ...trialOf(endpoint),
    description: endpoint.description ?? null,
    bodyGroups: body ? groupsOf(schemaOf(body, 'input')) : [],
    answer: {
      status: response.status,
      description: response.description,
      groups: response.schema ? groupsOf(schemaOf(response.schema, 'output')) : [],
    },
    events: (response.events ?? []).map(({ name, description, data }) => ({
      name,
      description,
      groups: data ? groupsOf(schemaOf(data, 'output')) : [],
    })),
    errors: [...errorsOf(endpoint)].map(([status, description]) => ({ status, description })),
  }
}

function trialOf(endpoint: Endpoint): ApiTrial {
  return {
    ...summaryOf(endpoint),
    access: endpoint.access,
    parameters: parametersOf(endpoint).map(parameter),
    body: endpoint.body ? JSON.stringify(endpoint.example?.body ?? {}, null, 2) : null,
    answers: answersOf(endpoint),
  }
}

function parameter({ name, where, required, schema, example }: Parameter): ApiParameter {
  const values = schema.enum?.map(String) ?? null
  return {
    ...fieldOf(name, schema, required),
    where,
    options: values,
    example: String(example ?? ''),
  }
}

function answersOf({ response: { schema, events } }: Endpoint): ApiTrial['answers'] {
  if (schema) return events ? 'either' : 'json'
  return events ? 'stream' : 'other'
}
