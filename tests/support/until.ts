/**
 * Asks again until the answer is neither false, null nor undefined, and gives it.
 * The limit only ends a test that would never end; nothing is measured by it.
 */
export async function until<T>(
  ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
  what = 'the condition',
  limitMs = 30_000,
): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== false && answer !== null && answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`Waited ${limitMs} ms for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
