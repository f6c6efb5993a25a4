import { addPerson, type MadeKey, makeKey, personId, setUpAdmin } from './people'
import type { CallerName } from './permissions'
import type { TestServer } from './server'
import { until } from './until'

/** The server must get to make the key before it expires, however busy the machine is. */
const SOON_MS = 5_000

type Headers = Record<string, string>
const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` })

/** Makes one of every kind of caller; gives the headers that each sends. */
export async function everyCredential(server: TestServer): Promise<Map<CallerName, Headers>> {
  const admin = await setUpAdmin(server)
  const user = await addPerson(server, 'user@example.org')
  const owner = await addPerson(server, 'owner@example.org')
  const ended = await addPerson(server, 'ended@example.org')
  const closed = await addPerson(server, 'closed@example.org')

  const key = async (scope: string) => bearer((await makeKey(owner, { scopes: [scope] })).key)
  const expired = await makeKey(owner, { scopes: ['infer'], expires_at: Date.now() + SOON_MS })
  const revoked = await makeKey(owner, { scopes: ['infer'] })
  const closedKey = await makeKey(closed, { scopes: ['infer'] })
  const adminKey = await makeKey(admin, { scopes: ['admin'] })

  const endedCookie = ended.cookie
  await owner.send('DELETE', `/api/keys/${revoked.id}`)
  await ended.submit('/api/auth/signout', {})
  const closing = await server.fetch(
    `/api/people/${await personId(server, 'closed@example.org')}`,
    {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ disabled: true }),
    },
  )
  if (!closing.ok) throw new Error(`Closing the account: ${closing.status}`)
  await until(() => isDead(server, expired), 'the key to expire')

  const session = (cookie: string): Headers => ({ cookie, origin: server.url })
  return new Map([
    ['nobody', {}],
    ['user session', session(user.cookie)],
    ['admin session', session(admin.cookie)],
    ['key infer', await key('infer')],
    ['key models:read', await key('models:read')],
    ['key models:write', await key('models:write')],
    ['key admin', bearer(adminKey.key)],
    ['key of the environment', bearer(server.key)],
    ['wrong key', bearer('rnl_wrong')],
    ['expired key', bearer(expired.key)],
    ['revoked key', bearer(revoked.key)],
    ['ended session', session(endedCookie)],
    ['key of a closed account', bearer(closedKey.key)],
    ['session of a closed account', session(closed.cookie)],
  ])
}

async function isDead(server: TestServer, { key }: MadeKey): Promise<boolean> {
  return (await server.fetch('/api/account', { headers: bearer(key) })).status === 401
}
