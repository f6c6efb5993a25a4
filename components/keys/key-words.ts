import { formatAgo, formatCount } from '@/lib/client/format'
import type { ListedKey } from '@/lib/client/keys'

const DAY_MS = 86_400_000

/** What a scope lets a key do, in words. */
export const SCOPE_WORDS = {
  infer: 'Generate text, and load models for it',
  'models:read': 'See models and downloads',
  'models:write': 'Download, change and delete models',
  admin: 'Everything, people and keys included',
} as const

/** Whether a key still opens anything. */
export function keyState(key: ListedKey, now: number): 'active' | 'revoked' | 'expired' {
  if (key.revoked_at !== null) return 'revoked'
  return key.expires_at !== null && now > 0 && key.expires_at <= now ? 'expired' : 'active'
}

/** When a key was last used, and when it ends. */
export function keyTimes(key: ListedKey, now: number): string {
  if (now === 0) return ''
  if (key.revoked_at !== null) return `revoked ${formatAgo(key.revoked_at, now)}`
  const used = key.last_used_at === null ? 'never used' : `used ${formatAgo(key.last_used_at, now)}`
  if (key.expires_at === null) return used
  const days = Math.ceil((key.expires_at - now) / DAY_MS)
  if (days <= 0) return `${used} · expired ${formatAgo(key.expires_at, now)}`
  return `${used} · ${days === 1 ? 'ends within a day' : `ends in ${days} days`}`
}

/** The limits of a key and what is used of them; empty without any. */
export function keyLimits(key: ListedKey): string {
  return [
    key.requests_per_minute !== null && `${key.requests_per_minute.toLocaleString('en')} req/min`,
    key.tokens_per_day !== null &&
      `${formatCount(key.tokens_today)} of ${formatCount(key.tokens_per_day)} tok today`,
    key.tokens_per_day === null &&
      key.tokens_today > 0 &&
      `${formatCount(key.tokens_today)} tok today`,
    key.max_streams !== null && `${key.max_streams} streams`,
  ]
    .filter(Boolean)
    .join(' · ')
}
