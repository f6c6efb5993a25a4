import type { Token } from 'marked'
import type { ReactNode } from 'react'
import { decodeEntities, known, type MarkdownToken, safeHref } from '@/lib/client/markdown/parse'
import { Formula } from './formula'

/** The text of a paragraph, a heading or a cell. */
export function Inlines({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode {
  return known(tokens).map((token, index) => <Inline key={index.toString()} token={token} />)
}

function Inline({ token }: { token: MarkdownToken }): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Inlines tokens={token.tokens} /> : decodeEntities(token.text)
    case 'escape':
      return token.text
    case 'br':
      return <br />
    case 'codespan':
      return (
        <code dir="ltr" className="rounded-sm bg-hover px-1 py-0.5 font-mono text-[0.875em]">
          {token.text}
        </code>
      )
    case 'strong':
      return (
        <strong className="font-semibold">
          <Inlines tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inlines tokens={token.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inlines tokens={token.tokens} />
        </del>
      )
    case 'math':
      return <Formula tex={token.tex} display={token.display} open={token.open} />
    case 'image':
      // Shown as a link: to fetch it from elsewhere would tell its server who reads this.
      return (
        <ExternalLink href={decodeEntities(token.href)}>
          {decodeEntities(token.text) || token.href}
        </ExternalLink>
      )
    case 'link':
      return token.autolink ? (
        <ExternalLink href={token.href}>{token.text}</ExternalLink>
      ) : (
        <ExternalLink href={decodeEntities(token.href)}>
          <Inlines tokens={token.tokens} />
        </ExternalLink>
      )
    default:
      // The rest stands on lines of its own.
      return null
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
