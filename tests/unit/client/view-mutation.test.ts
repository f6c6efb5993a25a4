import { MutationObserver, QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { viewMutation, withEntry, withoutEntry } from '@/lib/client/view-mutation'

type Entry = { id: string; name: string }
const LIST = ['things', 'list']
const ada = { id: 'a', name: 'Ada' }
const bob = { id: 'b', name: 'Bob' }

function world(read: () => Promise<Entry[]>) {
  const client = new QueryClient()
  let reads = 0
  const query = {
    queryKey: LIST,
    queryFn: () => {
      reads += 1
      return read()
    },
  }
  const rename = (change: (name: string) => Promise<Entry>, keeps = true) =>
    new MutationObserver(
      client,
      viewMutation(client, {
        key: ['things'],
        change,
        keep: keeps
          ? (client, entry) => client.setQueryData<Entry[]>(LIST, (list) => withEntry(list, entry))
          : undefined,
      }),
    )
  const list = () => client.getQueryData<Entry[]>(LIST)
  const isOld = () => client.getQueryState(LIST)?.isInvalidated
  return { client, query, rename, list, isOld, reads: () => reads }
}

describe('a change whose answer is shown', () => {
  it('reads nothing again', async () => {
    const { client, query, rename, list, isOld, reads } = world(async () => [ada, bob])
    await client.fetchQuery(query)
    await rename(async (name) => ({ ...ada, name })).mutate('Ada L.')
    expect(list()).toEqual([{ id: 'a', name: 'Ada L.' }, bob])
    expect([reads(), isOld()]).toEqual([1, false])
  })

  it('is not undone by what was on its way before', async () => {
    let arrive = (_: Entry[]) => {}
    const late = new Promise<Entry[]>((resolve) => {
      arrive = resolve
    })
    let read = async () => [ada]
    const { client, query, rename, list } = world(() => read())
    await client.fetchQuery(query)
    read = () => late
    const reading = client.fetchQuery({ ...query, staleTime: 0 }).catch(() => undefined)
    await rename(async (name) => ({ ...ada, name })).mutate('Ada L.')
    arrive([ada])
    await reading
    expect(list()).toEqual([{ id: 'a', name: 'Ada L.' }])
  })

  it('reads again after a failure, and where no answer says how it is', async () => {
    const { client, query, rename, isOld } = world(async () => [ada])
    await client.fetchQuery(query)
    const failing = rename(async () => Promise.reject(new Error('No.')))
    await expect(failing.mutate('x')).rejects.toThrow('No.')
    expect(isOld()).toBe(true)
    await client.fetchQuery({ ...query, staleTime: 0 })
    await rename(async () => ada, false).mutate('x')
    expect(isOld()).toBe(true)
  })
})

describe('a list', () => {
  it('takes an entry in its place, and a new one first', () => {
    expect(withEntry([ada, bob], { ...bob, name: 'B' })).toEqual([ada, { id: 'b', name: 'B' }])
    expect(withEntry([ada], bob)).toEqual([bob, ada])
    expect(withEntry(undefined, ada)).toBeUndefined()
  })

  it('loses an entry', () => {
    expect(withoutEntry([ada, bob], 'a')).toEqual([bob])
  })
})
