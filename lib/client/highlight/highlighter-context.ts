import { createContext } from 'react'
import { Highlighter } from './highlighter'

/** Where components find the page's highlighter. It loads nothing before the first code is shown. */
export const HighlighterContext = createContext(new Highlighter())
