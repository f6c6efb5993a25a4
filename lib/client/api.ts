import type { z } from 'zod'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { ClientError } from './client-error'

type Input<S> = S extends z.ZodType ? z.input<S> : undefined

/** What a call needs: exactly the parts that its endpoint declares. */
type CallInput<E extends Endpoint> = {
  params?: Input<E['params']>
  query?: Input<E['query']>
  body?: Input<E['body']>
  signal?: AbortSignal
}

/**
 * An endpoint as the browser names it, such as `GET /v1/models`: checked against its definition, of which only
 * the types come here. The schemas would be a third of what a page may weigh.
 */
type Route<E extends Endpoint> = `${E['method']} ${E['path']}`

/** The JSON of an answer, as the endpoint promises it. */
type Answer<E extends Endpoint> = E['response'] extends {
  readonly schema: infer S extends z.ZodType
}
  ? z.output<S>
  : never

/**
 * Calls an endpoint of this server as the one who is signed in, and reads the JSON that it answers.
 * The page and the server are of one build, so what the types promise is what comes.
 * @throws ClientError when the server refuses or does not answer, and the signal's reason when it aborts.
 */
export async function api<E extends Endpoint>(
  route: Route<E>,
  input: CallInput<E> = {},
): Promise<Answer<E>> {
  const response = await call<E>(route, input)
  return response.json()
}

/**
 * Calls an endpoint whose answer does not matter, or is not JSON.
 * @throws ClientError as `api` does.
 */
export async function call<E extends Endpoint>(
  route: Route<E>,
  input: CallInput<E> = {},
): Promise<Response> {
  const response = await send(route, input)
  if (!response.ok) throw await ClientError.fromResponse(response)
  return response
}

type SentInput = { params?: object; query?: object; body?: unknown; signal?: AbortSignal }

async function send(route: string, input: SentInput): Promise<Response> {
  const [method, path = ''] = route.split(' ')
  const hasBody = input.body !== undefined
  try {
    return await fetch(addressOf(path, input.params, input.query), {
      method,
      headers: hasBody ? { 'Content-Type': 'application/json' } : undefined,
      body: hasBody ? JSON.stringify(input.body) : undefined,
      signal: input.signal,
    })
  } catch (cause) {
    input.signal?.throwIfAborted()
    throw ClientError.unreachable(cause)
  }
}

/**
 * The address of an endpoint: `{name}` in its path replaced, the query appended.
 * Slashes in a parameter stay: an id such as `owner/name:Q8_0` spans several segments.
 */
export function addressOf<E extends { readonly path: string }>(
  path: E['path'],
  params: object = {},
  query: object = {},
): string {
  const values = new Map<string, unknown>(Object.entries(params))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values.get(name)).split('/').map(encodeURIComponent).join('/'),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${filled}?${search}` : filled
}
