import { whyDiverted } from '@/lib/api/diverted-requests'
import { AppError } from '@/lib/platform/errors'
import { answerOptions, isPreflight } from './cors'
import { answerUnrouted } from './finish'

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
