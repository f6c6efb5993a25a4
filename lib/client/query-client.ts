import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ClientError } from './client-error'

type Options = {
  /** Called when the server does not know this browser any more. */
  onSignedOut: () => void
}

/** The cache of everything that was read from the server. */
export function createQueryClient({ onSignedOut }: Options): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ClientError && error.status === 401) onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The server is often this very machine: it answers without any network.
        networkMode: 'always',
        retry: (count, error) => count < 2 && mayPass(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}

/** Whether asking again may bring another answer. */
function mayPass(error: Error): boolean {
  return error instanceof ClientError && (error.status === 0 || error.status >= 500)
}
