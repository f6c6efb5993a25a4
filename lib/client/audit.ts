import { infiniteQueryOptions } from '@tanstack/react-query'
import type { exportAudit, listAudit } from '@/lib/api/endpoints/activity'
import { addressOf, api } from './api'

export type { AuditEntry } from '@/lib/api/endpoints/activity'

/** Which entries; empty texts mean all. `since` is in milliseconds since 1970. */
export type AuditFilter = { action: string; q: string; since: number | undefined }

const PAGE = 50
const EVERY_MS = 15_000

/** Who did what, newest first, page by page. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api<typeof listAudit>('GET /api/audit', {
        query: { ...queryOf(filter), limit: PAGE, before: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: EVERY_MS,
  })

/** Where the same entries can be downloaded. */
export function exportAddress(filter: AuditFilter, format: 'csv' | 'json'): string {
  return addressOf<typeof exportAudit>('/api/audit/export', {}, { ...queryOf(filter), format })
}

function queryOf({ action, q, since }: AuditFilter) {
  return { action: action || undefined, q: q.trim() || undefined, since }
}
