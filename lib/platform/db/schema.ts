import type { Generated, Selectable } from 'kysely'

// Times are milliseconds since 1970; booleans are 0 or 1; columns that end in `_json` hold JSON text.

type UsersTable = {
  id: string
  /** Lower case; what one signs in with. */
  email: string
  name: string
  role: 'admin' | 'user'
  /** argon2id, in its encoded form; null when the account signs in elsewhere. */
  password_hash: string | null
  disabled: Generated<number>
  /** Whether an admin or a provider has vouched that the address is its owner's. */
  email_verified: Generated<number>
  created_at: number
}

type SessionsTable = {
  id: string
  user_id: string
  created_at: number
  expires_at: number
  last_used_at: number
  user_agent: string | null
  /** Where it was started from. */
  address: string | null
}

type ApiKeysTable = {
  id: string
  /** Null for the key that is made before anybody has an account; the first admin takes it over. */
  user_id: string | null
  name: string
  /** SHA-256 of the key, hex: it has 256 random bits, so a slow hash would gain nothing. */
  hash: string
  /** The first characters, to tell keys apart in a list. */
  prefix: string
  scopes_json: string
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  last_used_at: number | null
  /** Limits of this key; null is without. A day is a day of UTC. */
  requests_per_minute: number | null
  tokens_per_day: number | null
  max_streams: number | null
}

/** Whom another provider means by a subject. */
type IdentitiesTable = { issuer: string; subject: string; user_id: string; created_at: number }

/** One-time links: to a new account, or to a new password for `user_id`. A used one is deleted. */
type InvitesTable = {
  id: string
  /** SHA-256 of the token, hex. */
  hash: string
  /** The only address that it is good for; null leaves it to whoever opens it. */
  email: string | null
  role: 'admin' | 'user'
  user_id: string | null
  /** The admin who made it; it is worth nothing once they are none. Null when a key of no account did. */
  created_by: string | null
  /** The key that it was made with, or which RUNNEL_ADMIN_KEY, as `Invites` names it; null at the dashboard. */
  created_with: string | null
  created_at: number
  expires_at: number
}

/** Tokens that a key used on a day of UTC, `2026-11-24`. */
type KeyUsageTable = { key_id: string; day: string; tokens: number }

/** What happened. Names are kept as they were, so that a row still tells its story when an account is gone. */
type AuditTable = {
  /** Sorts by time. */
  id: string
  at: number
  actor_id: string | null
  actor: string
  address: string | null
  action: string
  target: string | null
  details_json: string
}

type SettingsTable = { key: string; value: string }

type DownloadsTable = {
  id: string
  /** What was asked for, as it was written. */
  model_ref: string
  /** What is being fetched, the same for every way of writing it: two jobs never share one. */
  target: string
  status: string
  /** The resolved files, their addresses, sizes and hashes. */
  files_json: string | null
  bytes: number
  total: number | null
  /** The position in the queue; smaller goes first. */
  position: number
  error_json: string | null
  /** The id of the catalog row that it became. */
  model_id: string | null
  created_by: string | null
  created_at: number
  updated_at: number
  finished_at: number | null
}

type ModelsTable = {
  /** As clients name it, for example `storyteller` or `acme/tiny:Q8_0`. */
  id: string
  /** The reference that brings it again. */
  ref: string
  revision: string | null
  /** Relative to the data directory, or absolute for what ships with Runnel. */
  path: string
  /** Every file of the set with its size and SHA-256. */
  files_json: string
  size: number
  sha256: string | null
  architecture: string | null
  parameters: number | null
  quantization: string | null
  context_length: number | null
  licence: string | null
  /** What the header says besides: layers, heads, chat template and so on. */
  metadata_json: string
  notes: Generated<string>
  tags_json: Generated<string>
  pinned: Generated<number>
  /** Set when the file was not there at the last scan. */
  missing: Generated<number>
  added_at: number
  last_used_at: number | null
  times_used: Generated<number>
}

/** What people set for one model. */
type ModelSettingsTable = { model_id: string; settings_json: string }

type ConversationsTable = {
  id: string
  user_id: string
  title: string
  model: string | null
  /** Sampling and system prompt. */
  settings_json: string
  /** The message at the end of the branch that is shown. */
  head_id: string | null
  created_at: number
  updated_at: number
}

type MessagesTable = {
  id: string
  conversation_id: string
  /** The message that it follows; siblings are branches. */
  parent_id: string | null
  role: 'system' | 'user' | 'assistant'
  content: string
  /** What an answer thought before it spoke. */
  reasoning: string
  /** Milliseconds that it thought; null when it did not, or nobody knows. */
  thinking_ms: number | null
  status: 'streaming' | 'complete' | 'stopped' | 'failed'
  generation_id: string | null
  error_json: string | null
  /** Usage and timings of the generation. */
  stats_json: string | null
  model: string | null
  created_at: number
}

export type Database = {
  users: UsersTable
  sessions: SessionsTable
  api_keys: ApiKeysTable
  identities: IdentitiesTable
  invites: InvitesTable
  key_usage: KeyUsageTable
  audit: AuditTable
  settings: SettingsTable
  downloads: DownloadsTable
  models: ModelsTable
  model_settings: ModelSettingsTable
  conversations: ConversationsTable
  messages: MessagesTable
}

export type User = Selectable<UsersTable>
export type Session = Selectable<SessionsTable>
export type ApiKey = Selectable<ApiKeysTable>
export type Invite = Selectable<InvitesTable>
export type AuditRow = Selectable<AuditTable>
export type DownloadRow = Selectable<DownloadsTable>
export type ModelRow = Selectable<ModelsTable>
export type Conversation = Selectable<ConversationsTable>
export type Message = Selectable<MessagesTable>
