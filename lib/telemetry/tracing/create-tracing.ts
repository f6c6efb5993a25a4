import type { Config } from '@/lib/platform/config'
import type { Logger } from '@/lib/platform/logger'
import type { CurrentRequest } from '@/lib/telemetry/requests/current-request'
import type { RouteNames } from '@/lib/telemetry/requests/route-names'
import { noTracing, type Tracing } from './tracing'

/** Traces when the operator has named a collector; otherwise nothing of OpenTelemetry is even loaded. */
export async function createTracing(
  { tracing }: Pick<Config, 'tracing'>,
  current: CurrentRequest,
  routes: Pick<RouteNames, 'nameOf'>,
  logger: Pick<Logger, 'warn'>,
): Promise<Tracing> {
  const { endpoint, serviceName } = tracing
  if (endpoint === undefined) return noTracing
  const { startTracing } = await import('./start-tracing')
  return startTracing({ serviceName, current, routes, logger })
}
