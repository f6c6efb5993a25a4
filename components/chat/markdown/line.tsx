import type { ReactNode } from 'react'
import { safeHref } from '@/lib/client/markdown/links'
import { parseInline } from '@/lib/client/markdown/parse-inline'
import type { Inline } from '@/lib/client/markdown/types'

/** The text of a paragraph, a heading or a cell. What it has opened is drawn as closed while it grows. */
export function Line({ text, grows = false }: { text: string; grows?: boolean }): ReactNode {
  return <Pieces pieces={parseInline(text, grows)} />
}

function Pieces({ pieces }: { pieces: readonly Inline[] }): ReactNode {
  return pieces.map((piece, index) => <Piece key={index.toString()} piece={piece} />)
}

function Piece({ piece }: { piece: Inline }): ReactNode {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'break':
      return <br />
    case 'code':
      return (
        <code dir="ltr" className="rounded-sm bg-hover px-1 py-0.5 font-mono text-[0.875em]">
          {piece.text}
        </code>
      )
    case 'strong':
      return (
        <strong className="font-semibold">
          <Pieces pieces={piece.children} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Pieces pieces={piece.children} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Pieces pieces={piece.children} />
        </del>
      )
    case 'link':
      // A picture is one too: to fetch it from elsewhere would tell its server who reads this.
      return (
        <ExternalLink href={piece.href}>
          <Pieces pieces={piece.children} />
        </ExternalLink>
      )
  }
}

function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href)
  if (safe === null) return children
  return (
    <a
      href={safe}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent-ink underline decoration-accent/40 underline-offset-2 transition-colors hover:decoration-accent"
    >
      {children}
    </a>
  )
}
