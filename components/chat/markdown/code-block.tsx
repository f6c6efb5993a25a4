'use client'

import { CopyButton } from '@/components/ui/copy-button'
import { useHighlighted } from './use-highlighted'

type Props = { code: string; language: string }

/** Code, highlighted line by line as it grows; the same size before its colours have come. */
export function CodeBlock({ code, language }: Props) {
  const [name = ''] = language.split(/\s/)
  const lines = useHighlighted(code, name)
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border bg-sunken">
      <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3 text-ink-muted text-xs">
        <span className="font-mono">{name || 'text'}</span>
        <CopyButton text={code} label="Copy the code" />
      </figcaption>
      <pre className="overflow-x-auto p-3 font-mono text-[0.8125rem] leading-5">
        <code>
          {lines.map((line, index) => (
            <span key={index.toString()} className="block min-h-5">
              {line.map((piece, position) => (
                <span key={position.toString()} style={{ color: piece.color }}>
                  {piece.content}
                </span>
              ))}
            </span>
          ))}
        </code>
      </pre>
    </figure>
  )
}
