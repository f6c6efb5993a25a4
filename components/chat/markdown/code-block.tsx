'use client'

import { useQuery } from '@tanstack/react-query'
import { memo, useMemo } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { GrowingCode } from '@/lib/client/highlight/growing-code'
import type { CodeLine } from '@/lib/client/highlight/highlighter'
import { ScrollBox } from './scroll-box'

type Props = { code: string; language: string; grows: boolean }

/** Code, coloured as it grows; the same size before its colours have come. */
export function CodeBlock({ code, language, grows }: Props) {
  const [name = ''] = language.split(/\s/)
  const lines = useHighlighted(code, name, grows)
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border bg-sunken">
      <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3 text-ink-muted text-xs">
        <span className="font-mono">{name || 'text'}</span>
        <CopyButton text={code} label="Copy the code" />
      </figcaption>
      <ScrollBox label="Code" dir="ltr">
        <pre className="w-fit min-w-full p-3 font-mono text-[0.8125rem] leading-5">
          <code>
            {lines.map((line, index) => (
              <Line key={index.toString()} line={line} />
            ))}
          </code>
        </pre>
      </ScrollBox>
    </figure>
  )
}

/** The lines of a piece of code with their colours; without them until the grammar is there. */
function useHighlighted(code: string, name: string, grows: boolean): readonly CodeLine[] {
  const { data: highlight } = useQuery({
    queryKey: ['highlight', name],
    enabled: name !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('@/lib/client/highlight/highlighter')).loadHighlight(name),
  })
  const growing = useMemo(() => (highlight ? new GrowingCode(highlight) : null), [highlight])
  return useMemo(
    () => growing?.lines(code, grows) ?? code.split('\n').map(plainLine),
    [growing, code, grows],
  )
}

const plainLine = (content: string): CodeLine => [{ content, kind: 'plain' }]

/** Lines that look as before are the same objects, and are not drawn again. */
const Line = memo(function Line({ line }: { line: CodeLine }) {
  return (
    <span className="block min-h-5">
      {line.map(({ content, kind }, index) => (
        <span
          key={index.toString()}
          style={kind === 'plain' ? undefined : { color: `var(--code-${kind})` }}
        >
          {content}
        </span>
      ))}
    </span>
  )
})
