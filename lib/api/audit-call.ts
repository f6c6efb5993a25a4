import { z } from 'zod'
import type { AuditNote, AuditTrail, AuditWriter } from '@/lib/auth/audit'
import type { Caller } from '@/lib/auth/caller'
import type { Logger } from '@/lib/platform/logger'

const withId = z.object({ id: z.string() }).optional().catch(undefined)
const withRef = z.object({ model_ref: z.string() }).optional().catch(undefined)
const named = z.object({ params: withId, body: withRef, result: withRef })

/** The row of the audit trail that one call leaves. */
export class AuditedCall {
  readonly #action: string | undefined
  readonly #caller: Caller
  readonly #services: { audit: AuditTrail; logger: Pick<Logger, 'error'> }
  #note: AuditNote = {}
  #recorded = false

  /** @param action Absent for a call that leaves none. */
  constructor(
    action: string | undefined,
    caller: Caller,
    services: { audit: AuditTrail; logger: Pick<Logger, 'error'> },
  ) {
    this.#action = action
    this.#caller = caller
    this.#services = services
  }

  /** Tells more than the request does. */
  note(more: AuditNote): void {
    Object.assign(this.#note, more)
  }

  /** Writes the row in the transaction of the change. */
  readonly record: AuditWriter = async (tx, { actor, ...note }) => {
    if (!this.#action) return
    await this.#services.audit.record(
      { action: this.#action, actor: { ...this.#caller, ...actor }, ...note },
      tx,
    )
    this.#recorded = true
  }

  /**
   * Writes the row of a call that succeeded, unless the change brought its own. What was done can't be undone here: a
   * row that can't be saved goes to the log whole, and the answer says what happened.
   */
  async finish(call: { params: unknown; body: unknown; result: unknown }): Promise<void> {
    if (!this.#action || this.#recorded) return
    const { params, body, result } = named.parse(call)
    const { actor, target, details } = this.#note
    const event = {
      action: this.#action,
      actor: { ...this.#caller, ...actor },
      target: target ?? result?.model_ref ?? body?.model_ref ?? params?.id,
      details,
    }
    try {
      await this.#services.audit.record(event)
    } catch (err) {
      const { userId, label, address } = event.actor
      const row = { ...event, actor: { userId, label, address } }
      this.#services.logger.error({ err, audit: row }, 'the audit trail could not be written')
    }
  }
}
