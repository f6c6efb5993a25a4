import { measureMemory } from '@/lib/models/machine'
import type { LoadedModel, ModelLimits } from '@/lib/models/reports'
import type { Config } from '@/lib/platform/config'
import { AddressPolicy } from '@/lib/platform/http/address-policy'
import { HttpClient } from '@/lib/platform/http/http-client'
import { HubClient } from './hub-client'
import { HubExplorer } from './hub-explorer'
import { HubHeaders } from './hub-header'
import { Resolver } from './resolver'

const REPLY_TIMEOUT_MS = 15_000

/**
 * Puts together what speaks with the hub. Nothing is asked before somebody wants to know.
 * @param loadedModels what is in memory and could make room.
 */
export function createHub(
  config: Pick<Config, 'hub' | 'downloads' | 'proxy'> & { inference: ModelLimits },
  loadedModels: () => readonly LoadedModel[],
) {
  const { endpoint, token } = config.hub
  const addresses = new AddressPolicy(endpoint, config.downloads.hosts)
  const http = new HttpClient({
    policy: addresses,
    token,
    timeoutMs: REPLY_TIMEOUT_MS,
    proxy: config.proxy,
  })
  const client = new HubClient({ endpoint, hasToken: token !== undefined, http })
  return {
    /** For downloads: it checks every address, and sends the token to the hub only. */
    http,
    resolver: new Resolver({ hub: client, addresses, measureMemory }),
    explorer: new HubExplorer({
      client,
      headers: new HubHeaders({ endpoint, hasToken: client.hasToken, http }),
      lookAround: async () => ({
        memory: await measureMemory(),
        loaded: loadedModels(),
        limits: config.inference,
      }),
    }),
  }
}
