'use client'

import { memo } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import type { CodeLine } from '@/lib/client/highlight/growing-code'
import { useHighlighted } from './use-highlighted'

type Props = { code: string; language: string }

/** Code, coloured line by line as it grows; the same size before its colours have come. */
export function CodeBlock({ code, language }: Props) {
  const [name = ''] = language.split(/\s/)
  const lines = useHighlighted(code, name)
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border bg-sunken">
      <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3 text-ink-muted text-xs">
        <span className="font-mono">{name || 'text'}</span>
        <CopyButton text={code} label="Copy the code" />
      </figcaption>
      <pre dir="ltr" className="overflow-x-auto p-3 font-mono text-[0.8125rem] leading-5">
        <code>
          {lines.map((line, index) => (
            <Line key={index.toString()} line={line} />
          ))}
        </code>
      </pre>
    </figure>
  )
}

/** Lines that are whole stay the same objects, and are not drawn again. */
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
