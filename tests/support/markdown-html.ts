import { parseInline } from '@/lib/client/markdown/parse-inline'
import type { Block, Inline } from '@/lib/client/markdown/types'

/** Parsed markdown as HTML, to compare it with what others make of a text. No page uses it. */
export function blocksToHtml(blocks: readonly Block[]): string {
  return blocks.map((block) => blockToHtml(block, true)).join('')
}

function blockToHtml(block: Block, paragraphs: boolean): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.depth}>${lineToHtml(block.text)}</h${block.depth}>`
    case 'paragraph':
      return paragraphs ? `<p>${lineToHtml(block.text)}</p>` : lineToHtml(block.text)
    case 'code':
      return `<pre>${escaped(block.text)}\n</pre>`
    case 'quote':
      return `<blockquote>${blocksToHtml(block.blocks)}</blockquote>`
    case 'rule':
      return '<hr>'
    case 'html':
      return block.text
    case 'table':
      return `<table>${[block.header, ...block.rows].map(rowToHtml).join('')}</table>`
    case 'list':
      return listToHtml(block)
  }
}

function listToHtml({ start, loose, items }: Extract<Block, { kind: 'list' }>): string {
  const inner = items.map(
    ({ task, blocks }) =>
      `<li>${task ? `[${task === 'done' ? 'x' : ' '}] ` : ''}${blocks.map((block) => blockToHtml(block, loose)).join('')}</li>`,
  )
  return start === null ? `<ul>${inner.join('')}</ul>` : `<ol>${inner.join('')}</ol>`
}

function rowToHtml(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${lineToHtml(cell)}</td>`).join('')}</tr>`
}

function lineToHtml(text: string): string {
  return parseInline(text).map(pieceToHtml).join('')
}

function pieceToHtml(piece: Inline): string {
  switch (piece.kind) {
    case 'text':
      return escaped(piece.text)
    case 'code':
      return `<code>${escaped(piece.text)}</code>`
    case 'break':
      return '<br>'
    case 'link':
      return `<a href="${escaped(piece.href)}">${piece.children.map(pieceToHtml).join('')}</a>`
    default:
      return `<${piece.kind}>${piece.children.map(pieceToHtml).join('')}</${piece.kind}>`
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
