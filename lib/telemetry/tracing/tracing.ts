import type { Config } from '@/lib/platform/config'
import type { Logger } from '@/lib/platform/logger'
import type { Observer } from '@/lib/telemetry/observer'
import type { CurrentRequest } from '@/lib/telemetry/requests/request-record'
import type { RouteNames } from '../requests/requests'

/** Tells a collector how long the parts of the work took, and what belonged to what. */
export type Tracing = Observer & {
  /** Sends what is left. */
  close(): Promise<void>
}

/** Traces when the operator has named a collector; otherwise nothing of OpenTelemetry is even loaded. */
export async function createTracing(
  { tracing }: Pick<Config, 'tracing'>,
  current: CurrentRequest,
  routes: Pick<RouteNames, 'nameOf'>,
  logger: Pick<Logger, 'warn'>,
): Promise<Tracing> {
  const { endpoint, serviceName } = tracing
  if (endpoint === undefined) return { close: async () => {} }
  const { startTracing } = await import('./start-tracing')
  return startTracing({ serviceName, current, routes, logger })
}
