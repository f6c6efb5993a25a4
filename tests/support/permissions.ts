/**
 * Who may call what: one row for each endpoint. It says again, on purpose, what `lib/endpoints` says: a new endpoint
 * fails the test until somebody has thought about its row, and so does one whose access changes by accident.
 */

/** Callers, by role and by what they show. */
export const CALLERS = [
  'nobody',
  'user session',
  'admin session',
  'key infer',
  'key models:read',
  'key models:write',
  'key admin',
  'key of the environment',
  'wrong key',
  'expired key',
  'revoked key',
  'ended session',
  'key of a closed account',
  'session of a closed account',
] as const
export type CallerName = (typeof CALLERS)[number]

const SESSIONS = ['user session', 'admin session'] as const
const ADMIN_KEYS = ['key admin', 'key of the environment'] as const
const ADMINS = ['admin session', ...ADMIN_KEYS] as const
const MEMBERS = [
  ...SESSIONS,
  'key infer',
  'key models:read',
  'key models:write',
  ...ADMIN_KEYS,
] as const
const INFER = [...SESSIONS, 'key infer', ...ADMIN_KEYS] as const
const READ = [...SESSIONS, 'key models:read', ...ADMIN_KEYS] as const
const WRITE = [...SESSIONS, 'key models:write', ...ADMIN_KEYS] as const
const ACCOUNT = [...SESSIONS, ...ADMIN_KEYS] as const

/** `anybody` is let in whatever they show; the others are exactly those that are let in. */
export const RULES: Record<string, 'anybody' | readonly CallerName[]> = {
  'GET /healthz': 'anybody',
  'GET /readyz': 'anybody',
  'GET /openapi.json': 'anybody',
  'POST /api/setup': 'anybody',
  'POST /api/invites/accept': 'anybody',

  'POST /v1/infer': INFER,
  'GET /v1/infer': INFER,
  'POST /v1/tokenize': INFER,
  'POST /v1/detokenize': INFER,
  'POST /v1/chat/completions': INFER,
  'POST /v1/completions': INFER,
  'POST /v1/embeddings': INFER,
  'POST /v1/messages': INFER,
  'POST /v1/messages/count_tokens': INFER,
  'GET /v1/generations/{id}': INFER,
  'GET /v1/generations/{id}/stream': INFER,
  'DELETE /v1/generations/{id}': INFER,
  'POST /v1/models/{id}/load': INFER,

  'GET /v1/models': READ,
  'GET /v1/models/{id}': READ,
  'GET /v1/models/{id}/card': READ,
  'GET /v1/models/{id}/settings': READ,
  'GET /v1/models/download': READ,
  'GET /v1/models/download/{id}': READ,
  'GET /v1/models/download/progress': READ,
  'GET /v1/models/download/orphans': READ,
  'GET /v1/models/download/rate': READ,
  'GET /v1/hub/search': READ,
  'GET /v1/hub/models/{id}': READ,
  'GET /v1/system': READ,

  'PATCH /v1/models/{id}': WRITE,
  'PUT /v1/models/{id}/settings': WRITE,
  'DELETE /v1/models/{id}': WRITE,
  'POST /v1/models/{id}/unload': WRITE,
  'POST /v1/models/{id}/verify': WRITE,
  'POST /v1/models/download': WRITE,
  'DELETE /v1/models/download/{id}': WRITE,
  'POST /v1/models/download/{id}/pause': WRITE,
  'POST /v1/models/download/{id}/resume': WRITE,
  'POST /v1/models/download/{id}/retry': WRITE,
  'POST /v1/models/download/{id}/move': WRITE,
  'DELETE /v1/models/download/orphans': WRITE,
  'PUT /v1/models/download/rate': WRITE,

  'POST /v1/tickets': MEMBERS,
  'GET /api/account': MEMBERS,

  'GET /api/chat/conversations': SESSIONS,
  'POST /api/chat/conversations': SESSIONS,
  'GET /api/chat/conversations/{id}': SESSIONS,
  'PATCH /api/chat/conversations/{id}': SESSIONS,
  'DELETE /api/chat/conversations/{id}': SESSIONS,
  'GET /api/chat/conversations/{id}/export': SESSIONS,
  'POST /api/chat/conversations/{id}/messages': SESSIONS,
  'POST /api/chat/conversations/{id}/messages/{message_id}/regenerate': SESSIONS,
  'POST /api/chat/conversations/{id}/messages/{message_id}/show': SESSIONS,
  'GET /api/activity/stream': SESSIONS,
  'PATCH /api/account': SESSIONS,
  'POST /api/account/password': SESSIONS,
  'GET /api/sessions': SESSIONS,
  'DELETE /api/sessions': SESSIONS,
  'DELETE /api/sessions/{id}': SESSIONS,

  'GET /api/keys': ACCOUNT,
  'POST /api/keys': ACCOUNT,
  'PATCH /api/keys/{id}': ACCOUNT,
  'DELETE /api/keys/{id}': ACCOUNT,

  'GET /api/people': ADMINS,
  'PATCH /api/people/{id}': ADMINS,
  'DELETE /api/people/{id}': ADMINS,
  'DELETE /api/people/{id}/sessions': ADMINS,
  'POST /api/people/{id}/reset-link': ADMINS,
  'GET /api/invites': ADMINS,
  'POST /api/invites': ADMINS,
  'DELETE /api/invites/{id}': ADMINS,
  'GET /metrics': ADMINS,
  'GET /api/audit': ADMINS,
  'GET /api/audit/export': ADMINS,
}

/** Callers whose credential is nothing worth: they are asked for another, where the rest are refused. */
export const UNKNOWN_CALLERS: readonly CallerName[] = [
  'nobody',
  'wrong key',
  'expired key',
  'revoked key',
  'ended session',
  'key of a closed account',
  'session of a closed account',
]
