import type { z } from 'zod'
import type { verifyModel } from '@/lib/api/endpoints/models'

/**
 * What a verification found, in a sentence.
 * @throws Error with that sentence when a file is not what it should be.
 */
export function verificationWords({
  ok,
  problem,
  files,
}: z.infer<typeof verifyModel.response.schema>): string {
  if (!ok) throw new Error(problem ?? 'A file is not as it was.')
  return files.every(({ result }) => result === 'matches')
    ? 'Every file is as the hub has it.'
    : 'The files can be read; nobody published a hash to compare with.'
}
