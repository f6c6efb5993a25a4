import { type RouteHandler, unknownPath } from './methods'

/**
 * The handler of a path such as `/v1/models/{id}/load`, whose id may hold slashes: the last segment names the action, what
 * is before it is the id. Other paths are answered with 404.
 */
export function byAction(handlers: Record<string, RouteHandler>): RouteHandler {
  return async (request, { params }) => {
    const given = await params
    const segments = Array.isArray(given?.id) ? given.id : []
    const found = splitAction(segments, Object.keys(handlers))
    const handler = found && handlers[found.action]
    if (!handler) return unknownPath(request)
    return handler(request, { params: Promise.resolve({ id: found.id }) })
  }
}

/** Splits the segments of a path into an id and one of `actions`; null when there is none, or no id before it. */
export function splitAction(
  segments: readonly string[],
  actions: readonly string[],
): { id: string[]; action: string } | null {
  const action = segments.at(-1)
  if (segments.length < 2 || action === undefined || !actions.includes(action)) return null
  return { id: segments.slice(0, -1), action }
}
