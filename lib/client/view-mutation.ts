import { type QueryClient, type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'

type Entry = { id: string }

type Options<Input, Answer> = {
  /** What starts the keys of all that was read and that the change makes old. */
  key: QueryKey
  change: (input: Input) => Promise<Answer>
  /** Puts the answer where it was read before; without it everything under `key` is read again. */
  keep?: (client: QueryClient, answer: Answer, input: Input) => void
}

/**
 * A change on the server, whose answer is shown as it came. What was on its way before is not shown any more, since
 * it may be older; after a failure all is read again, for what was shown may have been wrong.
 */
export function useViewMutation<Input, Answer>(options: Options<Input, Answer>) {
  return useMutation(viewMutation(useQueryClient(), options))
}

/** The same for a cache that is given. */
export function viewMutation<Input, Answer>(
  client: QueryClient,
  { key, change, keep }: Options<Input, Answer>,
) {
  const readAgain = () => client.invalidateQueries({ queryKey: key })
  return {
    mutationFn: change,
    onSuccess: async (answer: Answer, input: Input) => {
      if (!keep) return readAgain()
      await client.cancelQueries({ queryKey: key })
      keep(client, answer, input)
    },
    onError: readAgain,
  }
}

/** A list with an entry as it is now; one that it does not have comes first. Undefined while nothing was read. */
export function withEntry<T extends Entry>(list: readonly T[] | undefined, entry: T) {
  if (!list) return undefined
  const known = list.some(({ id }) => id === entry.id)
  return known ? list.map((other) => (other.id === entry.id ? entry : other)) : [entry, ...list]
}

/** A list without an entry. */
export function withoutEntry<T extends Entry>(list: readonly T[] | undefined, id: string) {
  return list?.filter((entry) => entry.id !== id)
}
