import type { Config } from '@/lib/platform/config'
import { AppError } from '@/lib/platform/errors'
import { SseServer, type SseServerOptions } from '@/lib/sse'

/** The server of event streams, with the limits of the configuration and the answers that tell of them. */
export function createEventStreams(
  { subscribers }: Pick<Config, 'subscribers'>,
  { admit, observer }: Pick<SseServerOptions, 'admit' | 'observer'>,
): SseServer {
  return new SseServer({
    maxSubscribers: subscribers.max,
    maxPerClient: subscribers.maxPerClient,
    maxAgeMs: subscribers.maxAgeMs,
    stallMs: subscribers.stallMs,
    admit,
    observer,
    reject: (scope, retryAfter) =>
      scope === 'client'
        ? new AppError('Too many streams are open for this client.', {
            code: 'too_many_streams',
            status: 429,
            hint: `Close one first; ${subscribers.maxPerClient} may be open at once.`,
            retryAfter,
          }).toResponse()
        : new AppError('The server has as many streams open as it takes.', {
            code: 'streams_full',
            status: 503,
            hint: 'Try again in a moment; an admin can raise RUNNEL_MAX_SUBSCRIBERS.',
            retryAfter,
          }).toResponse(),
  })
}
