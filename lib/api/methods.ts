import { AppError, fromUnknown } from '@/lib/platform/errors'
import { type Services, services } from '@/lib/services'
import { addCorsHeaders, answerOptions, isPreflight } from './cors'
import { whyDiverted } from './diverted-requests'

/** What Next gives a route; a path without parameters comes with undefined ones. */
export type RouteParams = Promise<Record<string, string | string[] | undefined> | undefined>
export type RouteHandler = (request: Request, context: { params: RouteParams }) => Promise<Response>

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * All methods of a path: those that are given, `HEAD` and `OPTIONS` made from them, and a JSON 405 for the rest.
 * `HEAD` never runs the handler of `GET`: Next would start its stream and never cancel it.
 */
export function methods(
  handlers: Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', RouteHandler>>,
): Record<(typeof METHODS)[number], RouteHandler> {
  const given = Object.keys(handlers)
  const allow = [...given, ...(handlers.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const refuse: RouteHandler = async (request) =>
    answerUnrouted(request, () =>
      new AppError(`${request.method} is not possible here; ${allow} are.`, {
        code: 'method_not_allowed',
        status: 405,
      }).toResponse({ Allow: allow }),
    )
  const options: RouteHandler = async (request) =>
    answerUnrouted(request, (all) => answerOptions(request, allow, all))
  return {
    GET: handlers.GET ?? refuse,
    HEAD: handlers.GET
      ? async (request) =>
          answerUnrouted(request, () => new Response(null, { headers: { Allow: allow } }))
      : refuse,
    POST: handlers.POST ?? refuse,
    PUT: handlers.PUT ?? refuse,
    PATCH: handlers.PATCH ?? refuse,
    DELETE: handlers.DELETE ?? refuse,
    OPTIONS: options,
  }
}

/** Answers what no route serves, in the shape of every other error. */
export async function unknownPath(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  return answerUnrouted(request, (all) => {
    // A page is told what is wrong only after its preflight went well.
    if (isPreflight(request, all)) return answerOptions(request, METHODS.join(', '), all)
    const error =
      whyDiverted(pathname) ??
      new AppError(`There is no ${pathname} here.`, {
        code: 'unknown_path',
        status: 404,
        hint: 'GET /openapi.json lists every path.',
      })
    return error.toResponse()
  })
}

/** Adds what every answer carries: nothing is cached unless it says so, and pages of named origins may read it. */
export function finish(request: Request, response: Response, all: Services): Response {
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
  addCorsHeaders(request, response.headers, all)
  return response
}

/** Answers what no endpoint does, such as a method that a path does not have, under the names of the server only. */
function answerUnrouted(request: Request, answer: (all: Services) => Response): Response {
  const all = services()
  return finish(request, answerKnownHost(request, answer, all), all)
}

function answerKnownHost(
  request: Request,
  answer: (all: Services) => Response,
  all: Services,
): Response {
  try {
    all.auth.hosts.check(request)
    return answer(all)
  } catch (error) {
    return fromUnknown(error).toResponse()
  }
}

/**
 * The handler of a path such as `/v1/models/{id}/load`, whose id may hold slashes: the last segment names the action, what
 * is before it is the id. Other paths are left to `otherwise`, which answers 404 unless it is given.
 */
export function byAction(
  handlers: Record<string, RouteHandler>,
  otherwise: RouteHandler = unknownPath,
): RouteHandler {
  return async (request, context) => {
    const given = await context.params
    const segments = Array.isArray(given?.id) ? given.id : []
    const found = splitAction(segments, Object.keys(handlers))
    const handler = found && handlers[found.action]
    if (!handler) return otherwise(request, context)
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
