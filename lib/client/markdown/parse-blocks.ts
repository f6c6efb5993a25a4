import { FENCE, HEADING, isBlank, outdent } from './lines'
import { type ItemLines, itemsOf } from './lists'
import { type Span, spansOf } from './split-blocks'
import { parseTable } from './tables'
import type { Block, ListItem } from './types'

/** What is nested deeper is shown as it was written: nobody writes it, and the page's stack is finite. */
const MAX_DEPTH = 24

/** Reads markdown: CommonMark with GitHub's tables and tasks, and without HTML and references. */
export function parseBlocks(text: string): Block[] {
  return parseLines(text.split(/\r\n|\r|\n/), 0)
}

function parseLines(lines: readonly string[], depth: number): Block[] {
  return spansOf(lines).map((span) => parseSpan(span, lines.slice(span.start, span.end), depth))
}

function parseSpan({ kind }: Span, lines: readonly string[], depth: number): Block {
  const text = lines.map((line) => line.trim()).join('\n')
  switch (kind) {
    case 'heading':
      return parseHeading(text)
    case 'underlined':
      return {
        kind: 'heading',
        depth: text.endsWith('=') ? 1 : 2,
        text: text.slice(0, text.lastIndexOf('\n')),
      }
    case 'rule':
      return { kind: 'rule' }
    case 'code':
      return parseFence(lines)
    case 'indented':
      return { kind: 'code', language: '', text: lines.map((line) => outdent(line, 4)).join('\n') }
    case 'table':
      return parseTable(lines)
    case 'quote':
      if (depth >= MAX_DEPTH) break
      return { kind: 'quote', blocks: parseLines(lines.map(unquote), depth + 1) }
    case 'list':
      if (depth >= MAX_DEPTH) break
      return parseList(lines, depth)
    case 'html':
      return { kind: 'html', text: lines.join('\n').trimEnd() }
  }
  return { kind: 'paragraph', text }
}

const unquote = (line: string) => line.replace(/^ {0,3}> ?/, '')

function parseHeading(line: string): Block {
  const [, signs = '', text = ''] = HEADING.exec(line) ?? []
  return { kind: 'heading', depth: signs.length, text: text.replace(/(?:^|[ \t]+)#+$/, '').trim() }
}

function parseFence([first = '', ...rest]: readonly string[]): Block {
  const [, indent = '', fence = '', info = ''] = FENCE.exec(first) ?? []
  const last = rest.at(-1)?.trim() ?? ''
  const closed = last.length >= fence.length && last === fence.charAt(0).repeat(last.length)
  const lines = closed ? rest.slice(0, -1) : rest
  // A tab is the code's own: only what the fence is indented by is taken away.
  const strip = (line: string) =>
    line.slice(Math.min(indent.length, line.length - line.trimStart().length))
  return { kind: 'code', language: info.trim(), text: lines.map(strip).join('\n') }
}

function parseList(lines: readonly string[], depth: number): Block {
  const items = itemsOf(lines, 0)
  return {
    kind: 'list',
    start: items[0]?.number ?? null,
    loose: isLoose(lines, items),
    items: items.map((item) => parseItem(item, depth)),
  }
}

/** Whether blank lines stand between items, or between the blocks of one. Those within a block do not count. */
function isLoose(lines: readonly string[], items: readonly ItemLines[]): boolean {
  return items.some(({ lines: own, end }, index) => {
    if (index < items.length - 1 && isBlank(lines[end] ?? '')) return true
    return spansOf(own).some(({ end }) => end < own.length && isBlank(own[end] ?? ''))
  })
}

function parseItem({ lines: [first = '', ...rest] }: ItemLines, depth: number): ListItem {
  const task = /^\[([ xX])\][ \t]+(?=\S)/.exec(first)
  const lines = [first.slice(task?.[0].length ?? 0), ...rest]
  return {
    task: task ? (task[1] === ' ' ? 'open' : 'done') : null,
    blocks: parseLines(lines, depth + 1),
  }
}
