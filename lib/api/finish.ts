import { fromUnknown } from '@/lib/platform/errors'
import { type Services, services } from '@/lib/services'
import { addCorsHeaders } from './cors'

/** Adds what every answer carries: nothing is cached unless it says so, and pages of named origins may read it. */
export function finish(request: Request, response: Response, all: Services): Response {
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
  addCorsHeaders(request, response.headers, all)
  return response
}

/** Answers what no endpoint does, such as a method that a path does not have, under the names of the server only. */
export function answerUnrouted(request: Request, answer: (all: Services) => Response): Response {
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
