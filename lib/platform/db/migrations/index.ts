import type { Migration } from 'kysely'
import { up as initial } from './001-initial'
import { up as people } from './002-people'
import { up as trust } from './003-trust'

/** Every migration, in order. They are imported rather than read from a folder, since the app is bundled. */
export const MIGRATIONS: Record<string, Migration> = {
  '001-initial': { up: initial },
  '002-people': { up: people },
  '003-trust': { up: trust },
}
