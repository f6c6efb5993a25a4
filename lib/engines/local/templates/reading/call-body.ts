import type { TextInput } from './text-input'

/** Who is told what a call says. */
export interface CallSink {
  /** The function; false when nobody offered it. */
  begin(name: string): boolean
  /** More of its arguments, as JSON. */
  write(json: string): void
}

/**
 * Reads one call after its opening mark, as far as it has come. `none` is what turns out to be no call; until `begin`
 * nothing may be taken off the input, because then all of it is text again.
 */
export interface CallBody {
  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none'
  /** Ends a call that has begun, when the model ends its answer within it: what can be read of it is. */
  end?(input: TextInput, sink: CallSink): void
  /** The name of the function as far as it is written, when nothing comes any more before `begin`. */
  cutName?(text: string): { name: string; isWhole: boolean } | undefined
}

/** Characters in which a call must have said its name. */
export const LONGEST_HEAD = 512

/**
 * What a call is that was cut before its arguments: `whole` when it has the name of a tool, `part` when it may get one,
 * `text` otherwise. @param hasMark bare JSON is only a call when it has come as far as its name
 */
export function judgeCut(
  body: CallBody,
  text: string,
  names: readonly string[],
  hasMark: boolean,
): { kind: 'whole'; name: string } | { kind: 'part' | 'text' } {
  const { name = '', isWhole = false } = body.cutName?.(text) ?? {}
  if (isWhole) return names.includes(name) ? { kind: 'whole', name } : { kind: 'text' }
  const mayBecome = names.some((each) => each.startsWith(name)) && (hasMark || name !== '')
  return { kind: mayBecome ? 'part' : 'text' }
}
