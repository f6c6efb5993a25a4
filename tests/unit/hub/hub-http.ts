import { HubClient } from '@/lib/hub/hub-client'
import { AddressPolicy } from '@/lib/platform/http/address-policy'
import { HttpClient } from '@/lib/platform/http/http-client'

/** Runnel's own client for HTTP, as it speaks with a hub of a test. */
export function httpOf(endpoint: string, token?: string): HttpClient {
  return new HttpClient({ policy: new AddressPolicy(endpoint, []), token, timeoutMs: 5000 })
}

/** A client of the hub's API. */
export function hubClient(
  endpoint: string,
  options: { token?: string; now?: () => number } = {},
): HubClient {
  const { token, now } = options
  const http = httpOf(endpoint, token)
  return new HubClient({ endpoint, hasToken: token !== undefined, http, now })
}
