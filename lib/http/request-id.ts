import { randomUUID } from 'node:crypto'

/** The id that the client sent when it is a sound one, or a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id')
  return given && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}
