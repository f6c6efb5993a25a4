const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** How many bytes the character that starts with `lead` has; 0 when none starts so. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  if (lead >= 0xf0 && lead <= 0xf4) return 4
  return 0
}

/** The range that the byte after `lead` must be in: it rules out overlong forms and surrogates. */
function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  if (lead === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}

/** How far the bytes from `start` follow the pattern of the character that begins there. */
function validPrefix(bytes: Uint8Array, start: number, length: number): number {
  const lead = bytes[start] ?? 0
  let matched = 1
  for (; matched < length; matched++) {
    const byte = bytes[start + matched]
    if (byte === undefined) break
    const [low, high] = matched === 1 ? secondByteRange(lead) : [0x80, 0xbf]
    if (byte < low || byte > high) break
  }
  return matched
}

/**
 * Puts characters together from the bytes of tokens, because one character may be split over several of them.
 * Bytes that can't become a character are left out: a model's noise is not worth a replacement mark.
 */
export class Utf8Assembler {
  private pending = new Uint8Array(0)

  /** The text that is complete now. */
  push(bytes: Uint8Array): string {
    const all = this.pending.length === 0 ? bytes : concat(this.pending, bytes)
    const kept = new Uint8Array(all.length)
    let size = 0
    let at = 0
    while (at < all.length) {
      const length = sequenceLength(all[at] ?? 0)
      const matched = length === 0 ? 0 : validPrefix(all, at, length)
      if (matched < length && at + matched === all.length) break
      if (matched === length && length > 0) {
        kept.set(all.subarray(at, at + length), size)
        size += length
      }
      at += Math.max(1, matched)
    }
    this.pending = all.slice(at)
    return decoder.decode(kept.subarray(0, size))
  }
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
