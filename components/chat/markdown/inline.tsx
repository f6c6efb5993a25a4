import type { MarkedToken, Token } from 'marked'
import type { ReactNode } from 'react'
import { decodeEntities, isMarkedToken, safeHref } from './parse'

/** What stands within a line. */
export function Inline({ tokens }: { tokens: readonly Token[] }): ReactNode {
  return tokens.map((token, index) => {
    const key = index.toString()
    return isMarkedToken(token) ? <Piece key={key} token={token} /> : token.raw
  })
}

function Piece({ token }: { token: MarkedToken }): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : decodeEntities(token.text)
    case 'escape':
      return decodeEntities(token.text)
    case 'strong':
      return (
        <strong className="font-semibold">
          <Inline tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      )
    case 'codespan':
      return (
        <code className="rounded-sm bg-hover px-1 py-0.5 font-mono text-[0.875em]">
          {token.text}
        </code>
      )
    case 'br':
      return <br />
    case 'link':
      return (
        <ExternalLink href={token.href}>
          <Inline tokens={token.tokens} />
        </ExternalLink>
      )
    case 'image':
      // A picture from elsewhere would tell its server who reads this: it becomes a link.
      return <ExternalLink href={token.href}>{token.text || token.href}</ExternalLink>
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw
    default:
      return token.raw
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
