import type { Token } from 'node-llama-cpp'

/** Characters that are read at once; ten milliseconds or so. */
export const PIECE = 50_000
/** Characters before the end of a piece in which a space is looked for, because no token goes across most of them. */
const REACH = 1_000
/** Tokens that a cut may make of a text besides its own. */
const SEAM = 8

export type ReadOptions = {
  /** How many tokens there may be. */
  limit: number
  /** Whether counting ends where it is sure that there are more. */
  stopAtLimit: boolean
  /** Lets everybody else go on. @throws whatever ends the reading */
  breathe: () => Promise<void>
}

/**
 * The tokens of a text, read in pieces so that the streams beside it go on. What fits is exact, because it is then read
 * as a whole, which takes as long as the context is large; of what is longer, tokens at the cuts may be others.
 */
export async function readText(
  text: string,
  tokenize: (text: string) => Token[],
  { limit, stopAtLimit, breathe }: ReadOptions,
): Promise<Token[]> {
  if (text.length <= PIECE) return tokenize(text)
  const tokens: Token[] = []
  let sure = limit
  for (const piece of piecesOf(text)) {
    await breathe()
    for (const token of tokenize(piece)) tokens.push(token)
    sure += SEAM
    if (stopAtLimit && tokens.length > sure) return tokens
  }
  if (tokens.length > sure) return tokens
  await breathe()
  return tokenize(text)
}

/** A text in pieces that end before a space, or else between two characters. */
export function* piecesOf(text: string, size = PIECE): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const to = from + size >= text.length ? text.length : cutAt(text, from + size, from)
    yield text.slice(from, to)
    from = to
  }
}

function cutAt(text: string, end: number, from: number): number {
  const reach = text.slice(Math.max(from + 1, end - REACH), end)
  const space = Math.max(reach.lastIndexOf(' '), reach.lastIndexOf('\n'))
  if (space >= 0) return end - reach.length + space
  const code = text.charCodeAt(end - 1)
  return code >= 0xd800 && code <= 0xdbff && end - 1 > from ? end - 1 : end
}
