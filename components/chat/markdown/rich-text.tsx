import { memo } from 'react'
import { Blocks } from './blocks'
import { parseBlock, splitBlocks } from './parse'
import { useCloseOpen } from './use-close-open'

type Props = { text: string; grows: boolean }

/** Markdown as blocks, of which only the last one is drawn again while the text grows. */
export default function RichText({ text, grows }: Props) {
  const closeOpen = useCloseOpen(grows)
  const blocks = splitBlocks(text)
  return blocks.map((block, index) => (
    <Block
      key={index.toString()}
      block={block}
      closeOpen={index === blocks.length - 1 ? closeOpen : null}
    />
  ))
}

type BlockProps = { block: string; closeOpen: ((text: string) => string) | null }

const Block = memo(function Block({ block, closeOpen }: BlockProps) {
  return <Blocks tokens={parseBlock(closeOpen ? closeOpen(block) : block)} />
})
