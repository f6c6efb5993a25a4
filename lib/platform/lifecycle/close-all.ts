/** Something to close at the end, and what the log calls it. */
export type Closing = readonly [name: string, close: () => void | Promise<void>]

/**
 * Closes one after the other. One that throws keeps no other from it: the jobs after it still checkpoint.
 * @throws AggregateError at the end, with all that went wrong, each with the name of what could not be closed.
 */
export async function closeAll(all: readonly Closing[]): Promise<void> {
  const errors: Error[] = []
  for (const [name, close] of all) {
    try {
      await close()
    } catch (cause) {
      errors.push(new Error(`${name} could not be closed`, { cause }))
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, errors.map(({ message }) => message).join('; '))
}
