import { z } from 'zod'
import type { Caller } from '@/lib/auth/caller'
import type { Services } from '@/lib/services'

/** What a handler adds to the row of its call. */
export type AuditNote = {
  /** What it was done to, as people name it. Default: the model's reference, or the id in the path. */
  target?: string
  details?: Record<string, unknown>
  /** Who it was, where the request did not tell: a new account. */
  actor?: { userId: string; label: string }
}

const withId = z.object({ id: z.string() }).optional().catch(undefined)
const withRef = z.object({ model_ref: z.string() }).optional().catch(undefined)
const named = z.object({ params: withId, body: withRef, result: withRef })

/** Adds a call that succeeded to the audit trail. */
export async function recordCall(
  action: string,
  caller: Caller,
  call: { params: unknown; body: unknown; result: unknown },
  notes: readonly AuditNote[],
  { audit }: Services,
): Promise<void> {
  const note: AuditNote = Object.assign({}, ...notes)
  const { params, body, result } = named.parse(call)
  await audit.record({
    action,
    actor: { ...caller, ...note.actor },
    target: note.target ?? result?.model_ref ?? body?.model_ref ?? params?.id,
    details: note.details,
  })
}
