import { memo } from 'react'
import { parseBlocks } from '@/lib/client/markdown/parse-blocks'
import { splitBlocks } from '@/lib/client/markdown/split-blocks'
import { Blocks } from './blocks'

type Props = { text: string; grows: boolean }

/** Markdown as blocks, of which only the last one is drawn again while the text grows. */
export default function RichText({ text, grows }: Props) {
  const blocks = splitBlocks(text)
  return blocks.map((block, index) => (
    <Block key={index.toString()} block={block} grows={grows && index === blocks.length - 1} />
  ))
}

const Block = memo(function Block({ block, grows }: { block: string; grows: boolean }) {
  return <Blocks blocks={parseBlocks(block)} grows={grows} dir="auto" />
})
