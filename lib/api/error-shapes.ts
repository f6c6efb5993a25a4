import { errorBody } from '@/lib/platform/schemas'
import { toAnthropicError } from '@/lib/protocols/anthropic/answer'
import type { ErrorShape } from './endpoints/endpoint'

const SHAPES: Record<ErrorShape, typeof toAnthropicError> = {
  anthropic: toAnthropicError,
}

/** Writes the error that an answer holds in the shape that the clients of its endpoint read. */
export async function shapeError(
  response: Response,
  shape: ErrorShape | undefined,
  requestId: string,
): Promise<Response> {
  const isError = response.status >= 400 && response.headers.get('content-type')?.includes('json')
  if (!shape || !isError) return response
  const { error } = errorBody.parse(await response.json())
  const { status, headers } = response
  return Response.json(SHAPES[shape]({ ...error, status }, requestId), { status, headers })
}
