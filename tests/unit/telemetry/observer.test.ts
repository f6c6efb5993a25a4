import { describe, expect, test } from 'vitest'
import type { Engine, EngineEvent, GenerateRequest } from '@/lib/engines/types'
import { type GenerationEnd, Observers, observed } from '@/lib/telemetry/observer'

const REQUEST: GenerateRequest = {
  model: 'm',
  prompt: { kind: 'text', text: 'a' },
  sampling: {
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    frequencyPenalty: 0,
    presencePenalty: 0,
    repeatPenalty: 1,
  },
  stop: [],
  format: { kind: 'text' },
  contextPolicy: 'refuse',
  client: 'c',
}
const TEXT: EngineEvent = { kind: 'text', text: 'a', tokens: 1 }
const DONE: EngineEvent = {
  kind: 'done',
  finishReason: 'length',
  usage: { promptTokens: 1, cachedTokens: 0, completionTokens: 1 },
  timings: {
    queuedMs: 0,
    loadMs: 0,
    promptMs: 0,
    generationMs: 0,
    firstTokenMs: 0,
    promptTokensPerSecond: null,
    tokensPerSecond: null,
  },
}

/** Notes what it is told. */
function noting() {
  const told: string[] = []
  const ends: GenerationEnd[] = []
  const generations = {
    began: () => void told.push('began'),
    reported: (_: GenerateRequest, { kind }: EngineEvent) => void told.push(kind),
    ended: (_: GenerateRequest, end: GenerationEnd) => {
      told.push('ended')
      ends.push(end)
    },
  }
  return { told, ends, generations }
}

/** An engine that tells these events, then ends, or fails. */
const telling = (events: readonly EngineEvent[], error?: Error): Pick<Engine, 'generate'> => ({
  async generate(_request, _signal, onEvent) {
    for (const event of events) onEvent(event)
    if (error) throw error
  },
})

/** Generates; gives the kinds of the events. */
async function generate(engine: Pick<Engine, 'generate'>) {
  const kinds: string[] = []
  await engine.generate(REQUEST, new AbortController().signal, ({ kind }) => kinds.push(kind))
  return kinds
}

describe('a generation', () => {
  const watched = (events: readonly EngineEvent[], error?: Error) => {
    const notes = noting()
    return { ...notes, engine: observed(telling(events, error), notes.generations) }
  }

  test('is told from its beginning to its end', async () => {
    const { told, ends, engine } = watched([TEXT, DONE])
    expect(await generate(engine)).toEqual(['text', 'done'])
    expect(told).toEqual(['began', 'text', 'done', 'ended'])
    expect(ends).toEqual([{ finishReason: 'length' }])
  })

  test('that fails is passed on, and told with what was thrown', async () => {
    const error = new Error('worker')
    const { ends, engine } = watched([TEXT], error)
    await expect(generate(engine)).rejects.toBe(error)
    expect(ends).toEqual([{ error }])
  })

  test('that does not say how it ended was stopped', async () => {
    const { ends, engine } = watched([TEXT, TEXT])
    await generate(engine)
    expect(ends).toEqual([{ finishReason: 'cancelled' }])
  })
})

test('an observer that throws is reported, and harms nobody', async () => {
  const bad = () => {
    throw new TypeError('bad observer')
  }
  const errors: unknown[] = []
  const good = noting()
  const observers = new Observers(
    [
      { generations: { began: bad, reported: bad, ended: bad }, requests: { ended: bad } },
      { generations: good.generations },
    ],
    (error) => errors.push(error),
  )
  await generate(observed(telling([TEXT, DONE]), observers.generations))
  expect(good.told).toEqual(['began', 'text', 'done', 'ended'])
  expect(errors).toHaveLength(4)
})
