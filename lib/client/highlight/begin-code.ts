import { GrowingCode } from './growing-code'
import { languageOf } from './languages'

/** A highlighter for one block of code, by what is written after its fence; null where that is no language it knows. */
export function beginCode(fence: string): GrowingCode | null {
  const grammar = languageOf(fence)
  return grammar && new GrowingCode(grammar)
}
