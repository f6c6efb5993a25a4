import { describe, expect, it } from 'vitest'
import { ClientError } from '@/lib/client/client-error'
import { fromUnknown, notFound } from '@/lib/platform/errors'

const REQUEST_ID = { 'x-request-id': 'req_42' }

describe('an error that the server answered', () => {
  it('shows the request id where its hint speaks of it', async () => {
    const error = await ClientError.fromResponse(fromUnknown(new Error()).toResponse(REQUEST_ID))
    expect(error.hint).toBe('The log has the cause under the request id req_42.')
  })

  it('keeps its hint when no id came, and when it speaks of something else', async () => {
    const without = await ClientError.fromResponse(fromUnknown(new Error()).toResponse())
    expect(without.hint).toBe('The log has the cause under this request id.')
    const other = notFound('Gone.', 'gone', 'Look elsewhere.').toResponse(REQUEST_ID)
    expect((await ClientError.fromResponse(other)).hint).toBe('Look elsewhere.')
  })
})
