import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENDPOINTS } from '@/lib/api/endpoints'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { errorsOf } from '@/lib/api/openapi/endpoint-parts'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
/** A key that may make one request in a minute. */
let slow: string
beforeAll(async () => {
  // Nothing answers there: a search of the hub fails at once.
  server = await startServer({ env: { HF_ENDPOINT: 'http://127.0.0.1:1' } })
  const settings = { name: 'slow', scopes: ['infer', 'admin'], requests_per_minute: 1 }
  const body = JSON.stringify(settings)
  slow = (await server.json<{ key: string }>('/api/keys', { method: 'POST', body })).key
})
afterAll(() => server.dispose())

type Call = { credential?: string; type?: string; body?: string; forwardedHost?: string }

/** The status of a call with ids that nothing has. */
async function statusOf({ method, path }: Endpoint, call: Call): Promise<number> {
  const { credential, type = 'application/json', body = '{}', forwardedHost } = call
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const response = await fetch(new URL(path.replaceAll(/\{\w+\}/g, 'none'), server.url), {
    method,
    headers: {
      ...(credential ? { authorization: `Bearer ${credential}` } : {}),
      ...(forwardedHost ? { 'x-forwarded-host': forwardedHost } : {}),
      ...(hasBody ? { 'content-type': type } : {}),
    },
    body: hasBody ? body : undefined,
  })
  await response.body?.cancel()
  return response.status
}

const named = ENDPOINTS.map((each) => [`${each.method} ${each.path}`, each] as const)

test.each(named)(
  '%s answers wrong calls with statuses that its documentation has',
  async (_, each) => {
    const documented = errorsOf(each)
    const good = { credential: server.key }
    const nobody = await statusOf(each, {})
    const wrong = await statusOf(each, { credential: 'sk-wrong' })
    const seen = [
      nobody,
      wrong,
      ...(await Promise.all([
        statusOf(each, good),
        statusOf(each, { credential: slow }).then(() => statusOf(each, { credential: slow })),
        statusOf(each, { ...good, forwardedHost: 'evil.example' }),
        statusOf(each, { ...good, body: '[' }),
        statusOf(each, { ...good, body: '[1]' }),
        statusOf(each, { ...good, type: 'text/plain' }),
        statusOf(each, { ...good, body: `"${'x'.repeat(17 * 1024 * 1024)}"` }),
      ])),
    ]
    for (const status of seen.filter((one) => one >= 400))
      expect([...documented.keys()], `${status}`).toContain(status)
    expect(wrong).toBe(401)
    expect(nobody === 401).toBe(each.access !== 'public')
    if (each.access !== 'session') expect(seen).toContain(429)
    // Who may not call it at all is told nothing of its body.
    if (each.body && seen[2] !== 403) expect(seen).toContain(415)
  },
)
