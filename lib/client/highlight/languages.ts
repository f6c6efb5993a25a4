import type { LanguageFn } from 'highlight.js'

type Load = () => Promise<{ default: LanguageFn }>

type Rare = typeof import('./rare-languages')

/** These share a script, since naming one script for each would make this one larger. */
const rare =
  (name: keyof Rare): Load =>
  async () => ({ default: (await import('./rare-languages'))[name] })

const css: Load = () => import('highlight.js/lib/languages/css')
const javascript: Load = () => import('highlight.js/lib/languages/javascript')

/** What people write after a fence, and the grammar that it means. */
const LANGUAGES: readonly (readonly [names: string, load: Load])[] = [
  ['bash sh shell zsh console', () => import('highlight.js/lib/languages/bash')],
  ['c h', () => import('highlight.js/lib/languages/c')],
  ['cpp c++ cc hpp', () => import('highlight.js/lib/languages/cpp')],
  ['csharp c# cs', rare('csharp')],
  ['css', css],
  ['diff patch', () => import('highlight.js/lib/languages/diff')],
  ['dockerfile docker', rare('dockerfile')],
  ['go golang', () => import('highlight.js/lib/languages/go')],
  ['graphql gql', rare('graphql')],
  ['html xml svg vue', () => import('highlight.js/lib/languages/xml')],
  ['ini toml', () => import('highlight.js/lib/languages/ini')],
  ['java', () => import('highlight.js/lib/languages/java')],
  ['javascript js jsx mjs cjs', javascript],
  ['json jsonc json5', () => import('highlight.js/lib/languages/json')],
  ['kotlin kt', rare('kotlin')],
  ['lua', rare('lua')],
  ['makefile make', rare('makefile')],
  ['markdown md', () => import('highlight.js/lib/languages/markdown')],
  ['php', rare('php')],
  ['python py python3', () => import('highlight.js/lib/languages/python')],
  ['r', rare('r')],
  ['ruby rb', rare('ruby')],
  ['rust rs', () => import('highlight.js/lib/languages/rust')],
  ['scss', rare('scss')],
  ['sql postgresql sqlite mysql', () => import('highlight.js/lib/languages/sql')],
  ['swift', rare('swift')],
  ['typescript ts tsx mts cts', () => import('highlight.js/lib/languages/typescript')],
  ['yaml yml', () => import('highlight.js/lib/languages/yaml')],
]

/**
 * Fetches the grammar of the language that a fence names, as `code`, with those that may stand in it; null for one
 * that is shown plain.
 * @param fence the first word after it
 */
export async function loadGrammars(fence: string): Promise<Record<string, LanguageFn> | null> {
  const [names, load] =
    LANGUAGES.find(([names]) => names.split(' ').includes(fence.toLowerCase())) ?? []
  if (!names || !load) return null
  if (!names.startsWith('html')) return { code: (await load()).default }
  const [html, styles, scripts] = await Promise.all([load(), css(), javascript()])
  return { code: html.default, css: styles.default, javascript: scripts.default }
}
