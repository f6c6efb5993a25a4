import type { z } from 'zod'
import type { verifyModel } from '@/lib/endpoints/models'

/**
 * What a verification found, in a sentence.
 * @throws Error with that sentence when a file is not what it should be.
 */
export function verificationWords({
  ok,
  problem,
  files,
}: z.infer<typeof verifyModel.response.schema>): string {
  const wrong = files.filter(({ result }) => result === 'differs' || result === 'missing')
  if (!ok)
    throw new Error(
      problem ??
        `${wrong.map(({ path }) => path).join(', ')} ${wrong.length === 1 ? 'is' : 'are'} not as downloaded. Delete the model and download it again.`,
    )
  return files.every(({ result }) => result === 'matches')
    ? 'Every file is as the hub has it.'
    : 'The files can be read; nobody published a hash to compare with.'
}
