import { expect, test } from 'vitest'
import { AppError, fromUnknown, isAppError } from '@/lib/platform/errors'

test('an error is sent in the shape of OpenAI, with a hint', async () => {
  const response = new AppError('Too many.', {
    code: 'queue_full',
    status: 503,
    hint: 'Wait.',
    retryAfter: 1.2,
  }).toResponse()
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toEqual({
    error: {
      message: 'Too many.',
      type: 'overloaded_error',
      code: 'queue_full',
      param: null,
      hint: 'Wait.',
    },
  })
})

test('what is not ours is told without its detail, and kept as the cause', () => {
  const cause = new Error('password=hunter2')
  const error = fromUnknown(cause)
  expect(error.status).toBe(500)
  expect(JSON.stringify(error.toBody())).not.toContain('hunter2')
  expect(error.cause).toBe(cause)
})

test('a disk without room is told, whoever wanted to write', () => {
  for (const code of ['ENOSPC', 'SQLITE_FULL'])
    expect(fromUnknown(Object.assign(new Error('x'), { code }))).toMatchObject({
      code: 'disk_full',
      status: 507,
    })
})

test("an error of another bundle's copy of the class is still ours", () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('runnel.AppError')]: true })
  expect(isAppError(foreign)).toBe(true)
  expect(isAppError(new Error('x'))).toBe(false)
  expect(isAppError(null)).toBe(false)
})
