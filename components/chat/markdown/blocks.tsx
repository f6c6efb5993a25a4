import type { ReactNode } from 'react'
import type { Block, ListItem } from '@/lib/client/markdown/types'
import { CodeBlock } from './code-block'
import { Heading } from './heading'
import { Line } from './line'
import { Table } from './table'

type BlocksProps = {
  blocks: readonly Block[]
  /** Whether the last of them is still being written. */
  grows: boolean
  /** `auto` takes the direction of the writing from the text; blocks in others have theirs. */
  dir?: 'auto'
}

/** Paragraphs, lists and everything else that stands on lines of its own. */
export function Blocks({ blocks, grows, dir }: BlocksProps): ReactNode {
  return blocks.map((block, index) => (
    <OneBlock
      key={index.toString()}
      block={block}
      grows={grows && index === blocks.length - 1}
      dir={dir}
    />
  ))
}

type OneBlockProps = Pick<BlocksProps, 'grows' | 'dir'> & { block: Block }

function OneBlock({ block, grows, dir }: OneBlockProps): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <Heading heading={block} grows={grows} dir={dir} />
    case 'paragraph':
      return (
        <p dir={dir}>
          <Line text={block.text} grows={grows} />
        </p>
      )
    case 'list':
      return <List list={block} grows={grows} dir={dir} />
    case 'code':
      return <CodeBlock code={block.text} language={block.language} />
    case 'quote':
      return (
        <blockquote
          dir={dir}
          className="grid gap-2 border-line-strong border-s-2 ps-3 text-ink-muted"
        >
          <Blocks blocks={block.blocks} grows={grows} />
        </blockquote>
      )
    case 'table':
      return <Table table={block} grows={grows} dir={dir} />
    case 'rule':
      return <hr className="my-1" />
    case 'html':
      // A model's text is never markup of this page.
      return (
        <p dir={dir} className="whitespace-pre-wrap">
          {block.text}
        </p>
      )
  }
}

type ListProps = Pick<BlocksProps, 'grows' | 'dir'> & { list: Extract<Block, { kind: 'list' }> }

/** Points or numbered steps, and tasks with their boxes. */
function List({ list: { start, loose, items }, grows, dir }: ListProps) {
  const children = items.map((item, index) => (
    <Item
      key={index.toString()}
      item={item}
      loose={loose}
      grows={grows && index === items.length - 1}
    />
  ))
  if (start === null)
    return (
      <ul dir={dir} className="grid list-disc gap-1 ps-6 marker:text-ink-muted">
        {children}
      </ul>
    )
  return (
    <ol
      start={start}
      dir={dir}
      className="grid list-decimal gap-1 ps-7 marker:numeric marker:text-ink-muted"
    >
      {children}
    </ol>
  )
}

function Item({ item, loose, grows }: { item: ListItem; loose: boolean; grows: boolean }) {
  const blocks = (
    <div className={loose ? 'grid min-w-0 gap-2' : 'grid min-w-0 gap-1'}>
      <Blocks blocks={item.blocks} grows={grows} />
    </div>
  )
  if (item.task === null) return <li>{blocks}</li>
  return (
    <li className="-ms-6 flex list-none items-start gap-2">
      <input
        type="checkbox"
        checked={item.task === 'done'}
        disabled
        aria-label={item.task === 'done' ? 'Done' : 'To do'}
        className="mt-1.5 size-3.5 shrink-0 accent-accent"
      />
      {blocks}
    </li>
  )
}
