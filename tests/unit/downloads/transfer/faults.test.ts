import { expect, test } from 'vitest'
import { toFault } from '@/lib/downloads/transfer/faults'

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "The server's certificate is not valid: no reason.", 'bad_reply'],
  ['ECONNREFUSED', 'The server takes no connections.', 'transient'],
  ['ENOWORD', 'The connection failed (ENOWORD).', 'transient'],
])('%s is a sentence for people, behind which another one can follow', (code, message, kind) => {
  const failure = toFault(Object.assign(new Error('no reason'), { code }))
  expect(failure).toMatchObject({ message, fault: { kind } })
})
