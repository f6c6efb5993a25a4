/** A sequence of a context, as far as choosing one needs to know it. */
export type SlotView = {
  readonly busy: boolean
  /** The tokens whose evaluation is kept. */
  readonly tokens: readonly number[]
  /** Which context it belongs to. */
  readonly group: number
  /** When it was last given away, as a counter. */
  readonly lastUsed: number
}

/** How many tokens two lists have in common from their beginning. */
export function commonPrefix(left: readonly number[], right: readonly number[]): number {
  const end = Math.min(left.length, right.length)
  let size = 0
  while (size < end && left[size] === right[size]) size++
  return size
}

/**
 * The idle slot that saves most: the longest common prefix with the prompt; among equals the one whose context has
 * least to do, then the one that loses fewest kept tokens, then the least recently used. Undefined when all are busy.
 */
export function chooseSlot<S extends SlotView>(
  slots: readonly S[],
  prompt: readonly number[],
): { slot: S; prefix: number } | undefined {
  const load = new Map<number, number>()
  for (const slot of slots) load.set(slot.group, (load.get(slot.group) ?? 0) + (slot.busy ? 1 : 0))
  const candidates = slots
    .filter((slot) => !slot.busy)
    .map((slot) => ({ slot, prefix: commonPrefix(slot.tokens, prompt) }))
  candidates.sort(
    (a, b) =>
      b.prefix - a.prefix ||
      (load.get(a.slot.group) ?? 0) - (load.get(b.slot.group) ?? 0) ||
      a.slot.tokens.length - b.slot.tokens.length ||
      a.slot.lastUsed - b.slot.lastUsed,
  )
  return candidates[0]
}
