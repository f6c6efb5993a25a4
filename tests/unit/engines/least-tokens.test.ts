import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, createEngine, generate, request, unending } from './support'

const { engine } = createEngine()
// Starting a worker process takes long on a busy machine, and is not what is tested here.
beforeAll(() => engine.load('storyteller'), 120_000)
afterAll(() => engine.close())

/** A prompt after which Storyteller always ends the text. */
const prompt = { kind: 'text', text: 'Say hello' } as const

const ask = (minTokens: number | undefined, seed: number) =>
  collect(
    generate(
      engine,
      request({ prompt, minTokens, maxTokens: 20, sampling: { ...request().sampling, seed } }),
      unending,
    ),
  )

describe('a least number of tokens', { timeout: 30_000 }, () => {
  it('is none unless it is asked for', async () => {
    const { text, done } = await ask(undefined, 1)
    expect(text).toBe('')
    expect(done.usage.completionTokens).toBe(0)
  })

  it('keeps the model from ending the text too early, and no longer', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { text, done } = await ask(4, seed)
      expect(done.usage.completionTokens).toBeGreaterThanOrEqual(4)
      expect(text).not.toContain('<|im_end|>')
    }
  })

  it('is repeatable', async () => {
    expect((await ask(3, 7)).text).toBe((await ask(3, 7)).text)
  })
})
