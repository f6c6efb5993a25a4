import type { z } from 'zod'
import type { Endpoint } from '@/lib/endpoints/endpoint'
import { ClientError } from './client-error'

type Input<S> = S extends z.ZodType ? z.input<S> : undefined

/** What a call needs: exactly the parts that its endpoint declares. */
type CallInput<E extends Endpoint> = {
  params?: Input<E['params']>
  query?: Input<E['query']>
  body?: Input<E['body']>
  signal?: AbortSignal
}

type Answering<S> = Endpoint & { readonly response: { readonly schema: S } }

/**
 * Calls an endpoint of this server as the one who is signed in, and parses the JSON that it answers.
 * @throws ClientError when the server refuses or does not answer, and the signal's reason when it aborts.
 */
export async function api<S extends z.ZodType, E extends Endpoint>(
  endpoint: E & Answering<S>,
  input: CallInput<E> = {},
): Promise<z.output<S>> {
  const response = await call(endpoint, input)
  return endpoint.response.schema.parse(await response.json())
}

/**
 * Calls an endpoint whose answer does not matter, or is not JSON.
 * @throws ClientError as `api` does.
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E> = {},
): Promise<Response> {
  const response = await send(endpoint, input)
  if (!response.ok) throw await ClientError.fromResponse(response)
  return response
}

type SentInput = { params?: object; query?: object; body?: unknown; signal?: AbortSignal }

async function send(endpoint: Endpoint, input: SentInput): Promise<Response> {
  const hasBody = input.body !== undefined
  try {
    return await fetch(addressOf(endpoint.path, input.params, input.query), {
      method: endpoint.method,
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
export function addressOf(path: string, params: object = {}, query: object = {}): string {
  const values = new Map<string, unknown>(Object.entries(params))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values.get(name)).split('/').map(encodeURIComponent).join('/'),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${filled}?${search}` : filled
}
