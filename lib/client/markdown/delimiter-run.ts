import type { Run } from './frames'

const PUNCTUATION = /[\p{P}\p{S}]/u
const RUNS = { '*': /\*+/y, _: /_+/y, '~': /~+/y }

export type RunSign = keyof typeof RUNS

/** The run of a sign that begins at `at`, and by what stands around it whether it may open and close; CommonMark's rules. */
export function runAt(text: string, at: number, sign: RunSign): Run {
  const pattern = RUNS[sign]
  pattern.lastIndex = at
  const length = pattern.exec(text)?.[0].length ?? 1
  const before = text.charAt(at - 1)
  const after = text.charAt(at + length)
  const left = flanks(before, after)
  const right = flanks(after, before)
  if (sign !== '_') return { sign, length, opens: left, closes: right }
  return {
    sign,
    length,
    opens: left && (!right || PUNCTUATION.test(before)),
    closes: right && (!left || PUNCTUATION.test(after)),
  }
}

/** Whether a run between these can open what is on the side of `inner`. */
function flanks(outer: string, inner: string): boolean {
  if (inner === '' || /\s/.test(inner)) return false
  return !PUNCTUATION.test(inner) || outer === '' || /\s/.test(outer) || PUNCTUATION.test(outer)
}
