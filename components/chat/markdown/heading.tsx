import type { Block } from '@/lib/client/markdown/types'
import { Line } from './line'

const HEADINGS = {
  1: 'mt-2 font-semibold text-lg',
  2: 'mt-2 font-semibold text-[1.0625rem]',
  3: 'mt-1 font-semibold',
} as const

type Props = { heading: Extract<Block, { kind: 'heading' }>; grows: boolean }

/** The page has its own first headings: those of a text begin two levels lower. */
export function Heading({ heading: { depth, text }, grows }: Props) {
  const content = <Line text={text} grows={grows} />
  if (depth === 1) return <h3 className={HEADINGS[1]}>{content}</h3>
  if (depth === 2) return <h4 className={HEADINGS[2]}>{content}</h4>
  return <h5 className={HEADINGS[3]}>{content}</h5>
}
