import { expect, test } from 'vitest'
import { closeAll } from '@/lib/platform/lifecycle'

test('closes everything in order, and tells of all that could not be closed', async () => {
  const closed: string[] = []
  const failing = async () => {
    throw new Error('disk full')
  }
  const closing = closeAll([
    ['streams', () => void closed.push('streams')],
    ['chats', failing],
    [
      'activity',
      () => {
        throw new TypeError('synchronously')
      },
    ],
    ['downloads', async () => void closed.push('downloads')],
  ])
  await expect(closing).rejects.toMatchObject({
    message: 'chats could not be closed; activity could not be closed',
    errors: [{ cause: { message: 'disk full' } }, { cause: { message: 'synchronously' } }],
  })
  expect(closed).toEqual(['streams', 'downloads'])
})

test('waits for one that takes long, and leaves one that hangs to itself', async () => {
  const closed: string[] = []
  const hanging = () => new Promise<void>(() => {})
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    closed.push('slow')
  }
  const closing = closeAll(
    [
      ['slow', slow],
      ['chats', hanging],
      ['downloads', slow],
    ],
    500,
  )
  await expect(closing).rejects.toMatchObject({
    message: 'chats could not be closed',
    errors: [{ cause: { message: 'it took more than 500 ms' } }],
  })
  expect(closed).toEqual(['slow', 'slow'])
})
