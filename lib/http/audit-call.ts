import { z } from 'zod'
import type { Caller } from '@/lib/auth/caller'
import type { Services } from '@/lib/services'

/** What a handler adds to the row of its call. */
export type AuditNote = {
  /** What it was done to, as people name it. Default: the id in the path, or the model's reference. */
  target?: string
  details?: Record<string, unknown>
  /** Who it was, where the request did not tell: a new account. */
  actor?: { userId: string; label: string }
}

const named = z.object({
  params: z.object({ id: z.string() }).optional().catch(undefined),
  body: z.object({ model_ref: z.string() }).optional().catch(undefined),
})

/** Adds a call that succeeded to the audit trail. */
export async function recordCall(
  action: string,
  caller: Caller,
  input: { params: unknown; body: unknown },
  notes: readonly AuditNote[],
  { audit }: Services,
): Promise<void> {
  const note: AuditNote = Object.assign({}, ...notes)
  const { params, body } = named.parse(input)
  await audit.record({
    action,
    actor: { ...caller, ...note.actor },
    target: note.target ?? params?.id ?? body?.model_ref,
    details: note.details,
  })
}
