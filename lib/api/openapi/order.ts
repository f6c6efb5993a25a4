import { ENDPOINTS } from '@/lib/api/endpoints'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'

/** What most programs call comes first. */
const TAGS: Record<Endpoint['tag'], number> = {
  Inference: 0,
  OpenAI: 1,
  Anthropic: 2,
  Models: 3,
  Downloads: 4,
  Hub: 5,
  Chat: 6,
  Server: 7,
  Keys: 8,
  Accounts: 9,
  People: 10,
  Activity: 11,
}
const METHODS: Record<Endpoint['method'], number> = { GET: 0, POST: 1, PUT: 2, PATCH: 3, DELETE: 4 }

/** Every endpoint in the order in which people read about them: by area, then by path. */
export function orderedEndpoints(): readonly Endpoint[] {
  return ENDPOINTS.toSorted(
    (a, b) =>
      TAGS[a.tag] - TAGS[b.tag] ||
      a.path.localeCompare(b.path, 'en') ||
      METHODS[a.method] - METHODS[b.method],
  )
}
