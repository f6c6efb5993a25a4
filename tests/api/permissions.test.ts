import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { everyCredential } from '../support/credentials'
import { CALLERS, type CallerName, RULES, UNKNOWN_CALLERS } from '../support/permissions'
import { startServer, type TestServer } from '../support/server'

const NAMES = ENDPOINTS.map(({ method, path }) => `${method} ${path}`)

let server: TestServer
let credentials: Map<CallerName, Record<string, string>>

beforeAll(async () => {
  // Nothing answers there: a search of the hub is let in, and fails at once.
  server = await startServer({ env: { HF_ENDPOINT: 'http://127.0.0.1:1' } })
  credentials = await everyCredential(server)
})
afterAll(() => server.dispose())

test('every endpoint has a row, and every row an endpoint', () => {
  expect(Object.keys(RULES).sort()).toEqual([...NAMES].sort())
})

test.each(NAMES)('%s', async (name) => {
  const rule = RULES[name]
  // Whoever shows a key that is nothing worth is told so, also where nobody asked for one.
  const asked = CALLERS.filter(
    (caller) => !(rule === 'anybody' && UNKNOWN_CALLERS.includes(caller) && caller.includes('key')),
  )
  const outcomes: Record<string, string> = {}
  for (const caller of asked) outcomes[caller] = await outcomeOf(name, caller)
  const expected = asked.map((caller) => {
    if (rule === 'anybody' || rule?.includes(caller)) return [caller, 'let in']
    return [caller, UNKNOWN_CALLERS.includes(caller) ? '401' : '403']
  })
  expect(outcomes).toEqual(Object.fromEntries(expected))
})

/** Calls an endpoint with nothing sound in it: who is let in is told what is wrong, and changes nothing. */
async function outcomeOf(name: string, caller: CallerName): Promise<string> {
  const [method = '', path = ''] = name.split(' ')
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const response = await fetch(new URL(path.replaceAll(/\{\w+\}/g, 'x'), server.url), {
    method,
    headers: { ...credentials.get(caller), 'content-type': 'application/json' },
    body: hasBody ? '{}' : undefined,
  })
  const refused = response.status === 401 || response.status === 403
  await response.body?.cancel()
  return refused ? String(response.status) : 'let in'
}
