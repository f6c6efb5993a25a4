import { useQuery } from '@tanstack/react-query'

/** What closes the markdown of a text that grows; fetched when the first one does, and null until then. */
export function useCloseOpen(grows: boolean): ((text: string) => string) | null {
  const { data } = useQuery({
    queryKey: ['markdown', 'close-open'],
    enabled: grows,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('./close-open')).closeOpen,
  })
  return grows ? (data ?? null) : null
}
