import type { Logger } from 'pino'
import type { Caller } from '@/lib/auth/caller'
import type { Access } from '@/lib/endpoints/endpoint'

/** Every singleton of the server. Built once, in `startServices`, and nowhere else. */
export type Services = {
  logger: Logger
  authenticator: { authenticate(request: Request, access: Access): Promise<Caller> }
}

const KEY = Symbol.for('runnel.services')
type Holder = { [KEY]?: Services }

/** The services of this process. Next holds several copies of this module; `globalThis` is what they share. */
export function services(): Services {
  const held = (globalThis as Holder)[KEY]
  if (!held) throw new Error('The services were asked for before the server started.')
  return held
}
