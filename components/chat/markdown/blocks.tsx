import type { Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { known, type MarkdownToken } from '@/lib/client/markdown/parse'
import { CodeBlock } from './code-block'
import { Formula } from './formula'
import { Inlines } from './inlines'
import { Table } from './table'

type Shown = {
  /** Whether the last of them is still being written. */
  grows: boolean
  /** `auto` takes the direction of the writing from the text; blocks in others have theirs. */
  dir?: 'auto'
  /** Of a heading among the others, from 1; one that stands within a list or a quote has none. */
  level?: number | null
}

type BlocksProps = Shown & { tokens: readonly Token[] | undefined }

/** Paragraphs, lists and everything else that stands on lines of its own. */
export function Blocks({ tokens, grows, dir, level }: BlocksProps): ReactNode {
  const blocks = known(tokens)
  return blocks.map((token, index) => (
    <Block
      key={index.toString()}
      token={token}
      grows={grows && index === blocks.length - 1}
      dir={dir}
      level={level}
    />
  ))
}

function Block({ token, grows, dir, level }: Shown & { token: MarkdownToken }): ReactNode {
  switch (token.type) {
    case 'heading':
      return <Heading heading={token} level={level} dir={dir} />
    case 'paragraph':
      return (
        <p dir={dir}>
          <Inlines tokens={token.tokens} />
        </p>
      )
    case 'text':
      // What stands in an item of a list without space between them.
      return <div>{token.tokens ? <Inlines tokens={token.tokens} /> : token.text}</div>
    case 'list':
      return <List list={token} grows={grows} dir={dir} />
    case 'code':
      return isMath(token) ? (
        <Formula tex={token.text} display open={grows} />
      ) : (
        <CodeBlock code={token.text} language={token.lang ?? ''} grows={grows} />
      )
    case 'math':
      return <Formula tex={token.tex} display open={token.open} />
    case 'blockquote':
      return (
        <blockquote
          dir={dir}
          className="grid gap-2 border-line-strong border-s-2 ps-3 text-ink-muted"
        >
          <Blocks tokens={token.tokens} grows={grows} />
        </blockquote>
      )
    case 'table':
      return <Table table={token} dir={dir} />
    case 'hr':
      return <hr className="my-1" />
    default:
      // Definitions and space are not seen; the rest stands within lines only.
      return null
  }
}

/** GitHub's other way to write formulas. */
const isMath = ({ lang }: Tokens.Code) => lang === 'math'

const LOOKS = ['mt-2 font-semibold text-lg', 'mt-2 font-semibold text-[1.0625rem]']
const TAGS = ['h2', 'h3', 'h4', 'h5', 'h6'] as const

type HeadingProps = { heading: Tokens.Heading } & Pick<Shown, 'dir' | 'level'>

/** The page has its own first heading: those of a text stand below it. */
function Heading({ heading, dir, level }: HeadingProps) {
  const Tag = level ? (TAGS[level - 1] ?? 'h6') : 'p'
  return (
    <Tag dir={dir} className={LOOKS[heading.depth - 1] ?? 'mt-1 font-semibold'}>
      <Inlines tokens={heading.tokens} />
    </Tag>
  )
}

/** Points or numbered steps, and tasks with their boxes. */
function List({ list, grows, dir }: Shown & { list: Tokens.List }) {
  const Tag = list.ordered ? 'ol' : 'ul'
  return (
    <Tag
      start={list.start === '' ? undefined : list.start}
      dir={dir}
      className={
        list.ordered
          ? 'grid list-decimal gap-1 ps-7 marker:numeric marker:text-ink-muted'
          : 'grid list-disc gap-1 ps-6 marker:text-ink-muted'
      }
    >
      {list.items.map((item, index) => (
        <Item key={index.toString()} item={item} grows={grows && index === list.items.length - 1} />
      ))}
    </Tag>
  )
}

function Item({ item, grows }: { item: Tokens.ListItem; grows: boolean }) {
  const blocks = (
    <div className={item.loose ? 'grid min-w-0 gap-2' : 'grid min-w-0 gap-1'}>
      <Blocks tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} grows={grows} />
    </div>
  )
  if (!item.task) return <li>{blocks}</li>
  return (
    <li className="-ms-6 flex list-none items-start gap-2">
      <input
        type="checkbox"
        checked={item.checked ?? false}
        disabled
        aria-label={item.checked ? 'Done' : 'To do'}
        className="mt-1.5 size-3.5 shrink-0 accent-accent"
      />
      {blocks}
    </li>
  )
}
