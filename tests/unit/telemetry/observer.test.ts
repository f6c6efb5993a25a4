import { describe, expect, test } from 'vitest'
import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
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

async function* eventsThen(events: readonly EngineEvent[], error?: Error) {
  yield* events
  if (error) throw error
}

async function readAll(events: AsyncIterable<EngineEvent>, most = Number.POSITIVE_INFINITY) {
  let read = 0
  for await (const _ of events) if (++read >= most) break
}

describe('a generation', () => {
  const watched = (events: readonly EngineEvent[], error?: Error) => {
    const notes = noting()
    const engine = observed({ generate: () => eventsThen(events, error) }, notes.generations)
    return { ...notes, events: engine.generate(REQUEST, new AbortController().signal) }
  }

  test('is told from its beginning to its end', async () => {
    const { told, ends, events } = watched([TEXT, DONE])
    await readAll(events)
    expect(told).toEqual(['began', 'text', 'done', 'ended'])
    expect(ends).toEqual([{ finishReason: 'length' }])
  })

  test('that fails is passed on, and told with what was thrown', async () => {
    const error = new Error('worker')
    const { ends, events } = watched([TEXT], error)
    await expect(readAll(events)).rejects.toBe(error)
    expect(ends).toEqual([{ error }])
  })

  test('that nobody reads to its end was stopped', async () => {
    const { ends, events } = watched([TEXT, TEXT])
    await readAll(events, 1)
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
  const engine = observed({ generate: () => eventsThen([TEXT, DONE]) }, observers.generations)
  await readAll(engine.generate(REQUEST, new AbortController().signal))
  expect(good.told).toEqual(['began', 'text', 'done', 'ended'])
  expect(errors).toHaveLength(4)
})
