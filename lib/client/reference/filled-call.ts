import type { ApiTrial } from '@/lib/api/openapi/schemas'
import { addressOf } from '../api'

/** What somebody has typed into a call: its parameters by `where` and name, and its body. */
export type CallInput = { parameters: Readonly<Record<string, string>>; body: string | null }

/** A call with everything filled in, as it is sent and as it is written down. */
export type FilledCall = {
  method: ApiTrial['method']
  url: string
  /** Without the credential, whose value is written down nowhere. */
  headers: readonly (readonly [name: string, value: string])[]
  body: string | null
  credential: 'none' | 'key' | 'session'
  answers: 'json' | 'stream' | 'other'
}

type Parameter = Pick<ApiTrial['parameters'][number], 'where' | 'name'>

/** Where the value of a parameter is kept: names are unique only within their place. */
export const slotOf = ({ where, name }: Parameter) => `${where} ${name}`

/** What stands in a call at first. */
export function firstInput({ parameters, body }: ApiTrial): CallInput {
  return {
    parameters: Object.fromEntries(parameters.map((one) => [slotOf(one), one.example])),
    body,
  }
}

/**
 * Puts the input of a call into its address, its headers and its body. What is empty is left out; an empty parameter
 * of the path keeps its name in braces.
 */
export function fillCall(trial: ApiTrial, input: CallInput, origin: string): FilledCall {
  const valuesIn = (where: Parameter['where']) =>
    trial.parameters
      .filter((one) => one.where === where)
      .map((one) => [one.name, input.parameters[slotOf(one)] ?? ''] as const)
      .filter(([, value]) => value !== '')
  const named = new Map(valuesIn('path'))
  const path = trial.path.replace(/\{(\w+)\}/g, (braces, name: string) =>
    named.has(name) ? addressOf(braces, { [name]: named.get(name) }) : braces,
  )
  const contentType = [['Content-Type', 'application/json'] as const]
  return {
    method: trial.method,
    url: addressWithQuery(`${origin}${path}`, valuesIn('query')),
    headers: [...valuesIn('header'), ...(input.body === null ? [] : contentType)],
    body: input.body,
    credential: credentialOf(trial.access),
    answers: answersOf(trial, input),
  }
}

function addressWithQuery(path: string, values: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(values.map(([name, value]) => [name, value]))
  return query.size > 0 ? `${path}?${query}` : path
}

function credentialOf(access: ApiTrial['access']): FilledCall['credential'] {
  if (access === 'public') return 'none'
  return access === 'session' ? 'session' : 'key'
}

function answersOf({ answers, method }: ApiTrial, input: CallInput): FilledCall['answers'] {
  if (answers !== 'either') return answers
  if (method === 'GET')
    return /^(true|1)$/.test(input.parameters['query stream'] ?? '') ? 'stream' : 'json'
  const body = parseJson(input.body ?? '')
  const asked =
    typeof body === 'object' && body !== null && 'stream' in body && body.stream === true
  return asked ? 'stream' : 'json'
}

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
