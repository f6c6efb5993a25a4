import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import { Blocks } from './blocks'
import { parseBlock, splitBlocks } from './parse'

type Props = {
  text: string
  /** Whether more is coming. */
  grows?: boolean
}

/** Where the next word will stand. */
const CARET =
  '[&>p:last-child]:after:ml-0.5 [&>p:last-child]:after:inline-block [&>p:last-child]:after:h-4 [&>p:last-child]:after:w-[3px] [&>p:last-child]:after:translate-y-0.5 [&>p:last-child]:after:rounded-full [&>p:last-child]:after:bg-accent'

/** Markdown from a model: never HTML, links only to the web, and cheap to draw again while it grows. */
export function Markdown({ text, grows = false }: Props) {
  const blocks = splitBlocks(text)
  return (
    <div
      className={cn('grid min-w-0 gap-3 break-words text-[0.9375rem] leading-6', grows && CARET)}
    >
      {blocks.map((block, index) => (
        <Block key={index.toString()} block={block} grows={grows && index === blocks.length - 1} />
      ))}
    </div>
  )
}

type BlockProps = { block: string; grows: boolean }

const Block = memo(function Block({ block, grows }: BlockProps) {
  return <Blocks tokens={parseBlock(block, grows)} />
})
