import type { GrammarState, HighlighterCore, ThemedToken } from 'shiki/core'
import { languageOf } from './languages'

/** A piece of code and the CSS colour that it has. */
export type CodePiece = Pick<ThemedToken, 'content' | 'color'>

const THEME = 'runnel'

/** Longer lines, which nobody reads, stay plain: they are what makes a grammar slow. Characters. */
const MAX_LINE_LENGTH = 1000

/**
 * Highlights code that grows. Lines that are whole are never looked at again: the grammar's state after
 * them is kept, so each token costs the line it is in, not the whole block.
 */
class GrowingCode {
  private done: CodePiece[][] = []
  private doneCode = ''
  private state: GrammarState | undefined

  constructor(
    private readonly highlighter: HighlighterCore,
    private readonly language: string,
  ) {}

  /** The lines of `code`. Cheap when it begins with what was given before. */
  lines(code: string): CodePiece[][] {
    if (!code.startsWith(this.doneCode)) this.restart()
    const whole = code.slice(0, code.lastIndexOf('\n') + 1)
    if (whole.length > this.doneCode.length) this.finish(whole)
    return [...this.done, ...this.tokenize(code.slice(this.doneCode.length)).tokens]
  }

  private restart(): void {
    this.done = []
    this.doneCode = ''
    this.state = undefined
  }

  private finish(whole: string): void {
    const { tokens, grammarState } = this.tokenize(whole.slice(this.doneCode.length, -1))
    this.done.push(...tokens)
    this.state = grammarState
    this.doneCode = whole
  }

  private tokenize(code: string) {
    return this.highlighter.codeToTokens(code, {
      lang: this.language,
      theme: THEME,
      grammarState: this.state,
      tokenizeMaxLineLength: MAX_LINE_LENGTH,
      // The first line compiles the grammar: cut off by a busy machine, it would colour all that follows wrongly.
      tokenizeTimeLimit: 0,
    })
  }
}

/** Highlights code with shiki, which is loaded when the first code is shown. One for a page. */
export class Highlighter {
  private core: Promise<HighlighterCore> | undefined
  private readonly ready = new Map<string, HighlighterCore>()

  /** Whether a language can be highlighted, once it is loaded. */
  knows(fence: string): boolean {
    return languageOf(fence) !== null
  }

  /** Loads a language. */
  async load(fence: string): Promise<void> {
    const language = languageOf(fence)
    if (!language || this.ready.has(language.name)) return
    this.core ??= createCore()
    const core = await this.core
    await core.loadLanguage(language.load())
    this.ready.set(language.name, core)
  }

  /** A highlighter for one block of code, or null while its language is not loaded. */
  begin(fence: string): { lines(code: string): CodePiece[][] } | null {
    const name = languageOf(fence)?.name
    const core = name === undefined ? undefined : this.ready.get(name)
    return core && name !== undefined ? new GrowingCode(core, name) : null
  }
}

async function createCore(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] =
    await Promise.all([import('shiki/core'), import('shiki/engine/javascript')])
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: '--code-' })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
}
