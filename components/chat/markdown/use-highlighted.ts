import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CodeLine } from '@/lib/client/highlight/growing-code'

/** The lines of a piece of code with their colours; without them until the highlighter, which is fetched with the first code, is there. */
export function useHighlighted(code: string, fence: string): readonly CodeLine[] {
  const { data: beginCode } = useQuery({
    queryKey: ['highlighter'],
    enabled: fence !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('@/lib/client/highlight/begin-code')).beginCode,
  })
  const growing = useMemo(() => beginCode?.(fence) ?? null, [beginCode, fence])
  return useMemo(
    () => growing?.lines(code) ?? code.split('\n').map((content) => [{ content, kind: 'plain' }]),
    [growing, code],
  )
}
