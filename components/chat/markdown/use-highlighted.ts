import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CodePiece } from '@/lib/client/highlight/highlighter'
import { useHighlighter } from '@/lib/client/highlight/highlighter-context'

/** The lines of a piece of code with their colours; without them until the language is loaded. */
export function useHighlighted(code: string, fence: string): readonly (readonly CodePiece[])[] {
  const highlighter = useHighlighter()
  const { data: loaded = false } = useQuery({
    queryKey: ['highlight', fence],
    enabled: highlighter.knows(fence),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      await highlighter.load(fence)
      return true
    },
  })
  const growing = useMemo(
    () => (loaded ? highlighter.begin(fence) : null),
    [highlighter, loaded, fence],
  )
  return useMemo(
    () => growing?.lines(code) ?? code.split('\n').map((content) => [{ content }]),
    [growing, code],
  )
}
