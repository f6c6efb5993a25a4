import { BrowserSession } from './browser-session'
import type { TestServer } from './server'

export const PASSWORD = 'correct horse battery'
export const ADMIN_EMAIL = 'ada@example.org'

/** Sets a server up and signs the admin in. */
export async function setUpAdmin(server: TestServer): Promise<BrowserSession> {
  const session = new BrowserSession(server.url)
  const response = await session.send('POST', '/api/setup', {
    token: server.setUpToken,
    name: 'Ada',
    email: ADMIN_EMAIL,
    password: PASSWORD,
  })
  if (!response.ok) throw new Error(`Set-up: ${response.status} ${await response.text()}`)
  await session.signIn(ADMIN_EMAIL, PASSWORD)
  return session
}

/** Makes an account through a one-time link, as an admin would, and signs it in. */
export async function addPerson(
  server: TestServer,
  email: string,
  role: 'admin' | 'user' = 'user',
): Promise<BrowserSession> {
  const { url } = await server.json<{ url: string }>('/api/invites', {
    method: 'POST',
    body: JSON.stringify({ email, role }),
  })
  const session = new BrowserSession(server.url)
  await session.send('POST', '/api/invites/accept', {
    token: new URL(url).searchParams.get('token'),
    name: email.split('@')[0],
    password: PASSWORD,
  })
  await session.signIn(email, PASSWORD)
  return session
}

export type MadeKey = { id: string; key: string }

/** Makes a key as whoever is signed in. */
export async function makeKey(
  session: BrowserSession,
  settings: { scopes: string[] } & Record<string, unknown>,
): Promise<MadeKey> {
  const response = await session.send('POST', '/api/keys', { name: 'test', ...settings })
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
  return response.json()
}

/** The id of an account by its address. */
export async function personId(server: TestServer, email: string): Promise<string> {
  const { people } = await server.json<{ people: { id: string; email: string }[] }>('/api/people')
  const person = people.find((one) => one.email === email)
  if (!person) throw new Error(`There is no ${email}.`)
  return person.id
}
