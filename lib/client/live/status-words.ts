import type { ConnectionStatus } from './sse-connection'

/** How the connection to the server is. */
export type StatusWords = {
  tone: 'good' | 'warn' | 'bad' | 'quiet'
  /** A word or two. */
  label: string
  /** Whether what is shown may be out of date, and since when (ms since 1970). */
  staleSince: number | null
}

/** After this long without the server it is called offline, though it is still tried. */
const OFFLINE_MS = 15_000

/** Puts a status into words, as of `now` (ms since 1970). */
export function statusWords(status: ConnectionStatus, now: number): StatusWords {
  switch (status.kind) {
    case 'connecting':
      return { tone: 'quiet', label: 'connecting', staleSince: null }
    case 'live':
      return { tone: 'good', label: 'live', staleSince: null }
    case 'ended':
      return { tone: 'quiet', label: 'ended', staleSince: null }
    case 'refused':
      return {
        tone: 'bad',
        label: status.status === 401 ? 'signed out' : 'refused',
        staleSince: status.since,
      }
    case 'reconnecting': {
      if (now - status.since > OFFLINE_MS)
        return { tone: 'bad', label: 'offline', staleSince: status.since }
      const seconds = Math.max(1, Math.ceil((status.at - now) / 1000))
      return { tone: 'warn', label: `reconnecting in ${seconds} s`, staleSince: status.since }
    }
  }
}
