import type { Block } from '@/lib/client/markdown/types'
import { Line } from './line'

const HEADINGS = {
  1: 'mt-2 font-semibold text-lg',
  2: 'mt-2 font-semibold text-[1.0625rem]',
  3: 'mt-1 font-semibold',
} as const

const TAGS = { 1: 'h3', 2: 'h4', 3: 'h5' } as const

type Props = { heading: Extract<Block, { kind: 'heading' }>; grows: boolean; dir?: 'auto' }

/** The page has its own first headings: those of a text begin two levels lower. */
export function Heading({ heading: { depth, text }, grows, dir }: Props) {
  const content = <Line text={text} grows={grows} />
  const step = depth === 1 || depth === 2 ? depth : 3
  const Tag = TAGS[step]
  return (
    <Tag dir={dir} className={HEADINGS[step]}>
      {content}
    </Tag>
  )
}
