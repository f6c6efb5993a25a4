import type { AuditEntry } from '@/lib/client/audit'

/** What each action is called, as what somebody did to the target. */
const WORDS: Record<string, string> = {
  'session.start': 'signed in',
  'session.refused': 'was not let in',
  'session.end': 'signed out',
  'session.end-others': 'signed out everywhere else',
  'account.set-up': 'set the server up',
  'account.change-password': 'changed their password',
  'invite.create': 'invited',
  'invite.delete': 'took back the link for',
  'invite.accept': 'opened their link',
  'person.update': 'changed the account of',
  'person.delete': 'deleted the account of',
  'person.sign-out': 'signed out everywhere',
  'person.reset-link': 'made a password link for',
  'key.create': 'made the key',
  'key.update': 'changed the key',
  'key.revoke': 'revoked the key',
  'download.start': 'started to download',
  'download.cancel': 'cancelled the download of',
  'download.pause': 'paused the download of',
  'download.resume': 'resumed the download of',
  'download.retry': 'retried the download of',
  'download.clear-orphans': 'cleared partial downloads',
  'download.set-rate': 'changed the download limit',
  'model.update': 'changed the model',
  'model.settings': 'set how to load the model',
  'model.delete': 'deleted the model',
  'model.load': 'loaded the model',
  'model.unload': 'unloaded the model',
  'model.verify': 'verified the model',
}

/** Groups of actions, by how their names begin. */
export const ACTION_GROUPS = [
  { value: 'all', label: 'Everything' },
  { value: 'session', label: 'Signing in' },
  { value: 'account', label: 'Own accounts' },
  { value: 'invite', label: 'Invites' },
  { value: 'person', label: 'People' },
  { value: 'key', label: 'Keys' },
  { value: 'download', label: 'Downloads' },
  { value: 'model', label: 'Models' },
]

/** Actions whose target says nothing that the row does not say already. */
const WITHOUT_TARGET = new Set(['session.end', 'account.set-up', 'invite.accept'])

/** What was done, and to what. */
export function actionWords({ action, target }: AuditEntry): { did: string; target: string } {
  return {
    did: WORDS[action] ?? action,
    target: WITHOUT_TARGET.has(action) ? '' : (target ?? ''),
  }
}

/** What else is known, as `name value` pairs. */
export function detailWords({ details }: AuditEntry): string {
  return Object.entries(details)
    .filter(([name, value]) => name !== 'id' && name !== 'name' && value !== null)
    .map(([name, value]) => detail(name, value))
    .join(' · ')
}

function detail(name: string, value: unknown): string {
  const words = name.replace(/_at$/, '').replaceAll('_', ' ')
  if (!name.endsWith('_at') || typeof value !== 'number') return `${words} ${valueWords(value)}`
  const day = new Date(value).toLocaleDateString('en', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  return `${words} ${day}`
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
