import { memo } from 'react'
import { completeMarkdown } from '@/lib/client/markdown/complete'
import { type MarkdownBlocks, parseBlock, splitBlocks } from '@/lib/client/markdown/parse'
import { Blocks } from './blocks'

type Props = { text: string; grows: boolean }

/** Markdown as blocks, of which only the last one is read and drawn again while the text grows. */
export default function RichText({ text, grows }: Props) {
  const { blocks, links, definitions } = splitBlocks(text, grows)
  return blocks.map((block, index) => (
    <Block
      key={index.toString()}
      block={block.text}
      level={block.level}
      links={links}
      definitions={definitions}
      grows={grows && index === blocks.length - 1}
    />
  ))
}

type BlockProps = Omit<MarkdownBlocks, 'blocks'> & {
  block: string
  level: number | null
  grows: boolean
}

const Block = memo(
  function Block({ block, level, links, grows }: BlockProps) {
    const tokens = parseBlock(grows ? completeMarkdown(block) : block, grows, links)
    return <Blocks tokens={tokens} grows={grows} level={level} dir="auto" />
  },
  // The links are new objects each time; the definitions are what they were made of.
  (before, after) =>
    before.block === after.block &&
    before.level === after.level &&
    before.grows === after.grows &&
    before.definitions === after.definitions,
)
