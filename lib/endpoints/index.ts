import * as accounts from './accounts'
import * as chat from './chat'
import type { Endpoint } from './endpoint'
import * as server from './server'

/** Every endpoint. What is not here is not in /openapi.json, and a test refuses it. */
export const ENDPOINTS: readonly Endpoint[] = [accounts, chat, server].flatMap((area) =>
  Object.values(area).filter(isEndpoint),
)

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'access' in value
}
