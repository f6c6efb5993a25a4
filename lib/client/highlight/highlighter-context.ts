import { createContext, use } from 'react'
import type { Highlighter } from './highlighter'

/** Where components find the page's highlighter. */
export const HighlighterContext = createContext<Highlighter | null>(null)

/** The highlighter of the page. It loads nothing before the first code is shown. */
export function useHighlighter(): Highlighter {
  const highlighter = use(HighlighterContext)
  if (highlighter) return highlighter
  throw new Error('Code is only highlighted where a HighlighterContext is provided.')
}
