import { lazy, Suspense } from 'react'
import { cn } from '@/components/ui/cn'
import { mayHoldMarkup, PlainText } from './plain-text'

const RichText = lazy(() => import('./rich-text'))

type Props = {
  text: string
  /** Whether more is coming. */
  grows?: boolean
}

/** Where the next word will stand. */
const CARET =
  '[&>p:last-child]:after:ms-0.5 [&>p:last-child]:after:inline-block [&>p:last-child]:after:h-4 [&>p:last-child]:after:w-[3px] [&>p:last-child]:after:translate-y-0.5 [&>p:last-child]:after:rounded-full [&>p:last-child]:after:bg-accent'

/**
 * Markdown from a model: never HTML, links only to the web, and cheap to draw again while it grows.
 * The parser is fetched when the first text has markup.
 */
export function Markdown({ text, grows = false }: Props) {
  const plain = <PlainText text={text} />
  return (
    <div
      className={cn(
        'grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3 break-words text-[0.9375rem] leading-6',
        grows && CARET,
      )}
    >
      {mayHoldMarkup(text) ? (
        <Suspense fallback={plain}>
          <RichText text={text} grows={grows} />
        </Suspense>
      ) : (
        plain
      )}
    </div>
  )
}
