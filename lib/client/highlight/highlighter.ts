import { createLowlight } from 'lowlight'
import { loadGrammars } from './languages'

/** How a piece of code is coloured; each but `plain` is a colour of the theme. */
export type CodeKind =
  | 'plain'
  | 'comment'
  | 'keyword'
  | 'string'
  | 'constant'
  | 'function'
  | 'punctuation'

type Node = ReturnType<ReturnType<typeof createLowlight>['highlight']>['children'][number]

export type CodePiece = { content: string; kind: CodeKind }
export type CodeLine = readonly CodePiece[]
/** Reads code of one language from its beginning. */
export type Highlight = (code: string) => readonly CodeLine[]

/** Longer code, in characters, and such with longer lines is not written by people, and stays plain. */
const MAX_CODE = 100_000
const LONG_LINE = /.{1000}/

/** The colours of the theme, by the classes of highlight.js. */
const KINDS: ReadonlyMap<string, CodeKind> = new Map([
  ...named('comment', 'comment quote'),
  ...named('keyword', 'keyword meta name selector-tag selector-pseudo deletion doctag'),
  ...named('string', 'string regexp addition code'),
  ...named('constant', 'number literal symbol built_in selector-class selector-id bullet'),
  ...named('function', 'title attr attribute property section type'),
  ...named('punctuation', 'punctuation operator'),
])

function named(kind: CodeKind, names: string): [string, CodeKind][] {
  return names.split(' ').map((name) => [`hljs-${name}`, kind])
}

/** Fetches what colours code in the language that a fence names; null for one that is shown plain. */
export async function loadHighlight(fence: string): Promise<Highlight | null> {
  const grammars = await loadGrammars(fence)
  if (!grammars) return null
  const lowlight = createLowlight(grammars)
  return (code) => {
    if (code.length > MAX_CODE || LONG_LINE.test(code)) return plainLines(code)
    return linesOf(lowlight.highlight('code', code).children)
  }
}

/** Code without colours. */
export function plainLines(code: string): readonly CodeLine[] {
  return code.split('\n').map((content) => [{ content, kind: 'plain' }])
}

function linesOf(nodes: readonly Node[]): readonly CodeLine[] {
  const lines: CodePiece[][] = [[]]
  const walk = (node: Node, kind: CodeKind): void => {
    switch (node.type) {
      case 'text':
        for (const [index, content] of node.value.split('\n').entries()) {
          if (index > 0) lines.push([])
          if (content !== '') lines.at(-1)?.push({ content, kind })
        }
        break
      case 'element':
        for (const child of node.children) walk(child, kindOf(node.properties.className) ?? kind)
        break
    }
  }
  for (const node of nodes) walk(node, 'plain')
  return lines
}

function kindOf(classes: unknown): CodeKind | undefined {
  const [name] = Array.isArray(classes) ? classes : []
  return KINDS.get(name)
}
