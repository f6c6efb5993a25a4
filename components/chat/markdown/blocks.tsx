import type { MarkedToken, Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { CodeBlock } from './code-block'
import { Inline } from './inline'
import { isMarkedToken } from './parse'
import { Table } from './table'

/** Paragraphs, lists and everything else that stands on lines of its own. */
export function Blocks({ tokens }: { tokens: readonly Token[] }): ReactNode {
  return tokens.map((token, index) => {
    const key = index.toString()
    return isMarkedToken(token) ? <Block key={key} token={token} /> : token.raw
  })
}

function Block({ token }: { token: MarkedToken }): ReactNode {
  switch (token.type) {
    case 'heading':
      return <Heading token={token} />
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      )
    case 'list':
      return <List token={token} />
    case 'code':
      return <CodeBlock code={token.text} language={token.lang ?? ''} />
    case 'blockquote':
      return (
        <blockquote className="grid gap-2 border-line-strong border-l-2 pl-3 text-ink-muted">
          <Blocks tokens={token.tokens} />
        </blockquote>
      )
    case 'table':
      return <Table token={token} />
    case 'hr':
      return <hr className="my-1" />
    case 'space':
    case 'def':
      return null
    case 'text':
      return (
        <div>
          <Inline tokens={[token]} />
        </div>
      )
    case 'html':
      // What looks like HTML is shown as it was written: a model's text is never markup of this page.
      return <p className="whitespace-pre-wrap">{token.raw.trimEnd()}</p>
    default:
      return <Inline tokens={[token]} />
  }
}

const HEADINGS = {
  1: 'mt-2 font-semibold text-lg',
  2: 'mt-2 font-semibold text-[1.0625rem]',
  3: 'mt-1 font-semibold',
} as const

/** The page has its own first headings: those of a text begin two levels lower. */
function Heading({ token }: { token: Tokens.Heading }) {
  const content = <Inline tokens={token.tokens} />
  if (token.depth === 1) return <h3 className={HEADINGS[1]}>{content}</h3>
  if (token.depth === 2) return <h4 className={HEADINGS[2]}>{content}</h4>
  return <h5 className={HEADINGS[3]}>{content}</h5>
}

function List({ token }: { token: Tokens.List }) {
  const items = token.items.map((item, index) => <Item key={index.toString()} item={item} />)
  if (!token.ordered)
    return <ul className="grid list-disc gap-1 pl-6 marker:text-ink-muted">{items}</ul>
  return (
    <ol
      start={token.start === '' ? 1 : token.start}
      className="grid list-decimal gap-1 pl-7 marker:numeric marker:text-ink-muted"
    >
      {items}
    </ol>
  )
}

function Item({ item }: { item: Tokens.ListItem }) {
  return (
    <li className={item.task ? '-ml-6 list-none' : undefined}>
      <div className={item.loose ? 'grid gap-2' : 'grid gap-1'}>
        <Blocks tokens={item.tokens} />
      </div>
    </li>
  )
}
