import { expect, test } from 'vitest'
import { z } from 'zod'
import { downloadProgress } from '@/lib/api/endpoints/downloads'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { infer } from '@/lib/api/endpoints/inference'
import { createChatCompletion, createCompletion } from '@/lib/api/endpoints/openai'
import type { Job } from '@/lib/downloads/jobs/job'
import { progressEvent, queuedEvent, startedEvent, stateEvent } from '@/lib/downloads/jobs/job-view'
import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { ChunkEncoder } from '@/lib/protocols/openai/chunk-encoder'
import { CHAT_CHUNKS, completionChunks } from '@/lib/protocols/openai/chunk-styles'
import { TokenEncoder } from '@/lib/protocols/runnel/token-encoder'
import type { SseEvent } from '@/lib/sse'
import { sampleJob } from '../../downloads/jobs/sample-job'

/** Whether an event is one that the document describes, and has no field that it does not name. */
function expectDescribed(endpoint: Endpoint, { event = 'message', data }: SseEvent): void {
  const kinds = (endpoint.response.events ?? []).filter(({ name }) => name === event)
  const fits = kinds.some(({ data: schema }) => {
    if (!schema) return data === '[DONE]'
    const strict = schema instanceof z.ZodObject ? schema.strict() : schema
    return data !== '[DONE]' && strict.safeParse(JSON.parse(data)).success
  })
  expect(fits, `${event}: ${data}`).toBe(true)
}

const EVENTS: readonly EngineEvent[] = [
  { kind: 'queued', position: 1 },
  { kind: 'loading', progress: 0.5 },
  { kind: 'started', promptTokens: 4, cachedTokens: 1, truncatedTokens: 0 },
  { kind: 'text', text: 'a', tokens: 1 },
  { kind: 'tool', index: 0, id: 'call_1', name: 'weather', argumentsDelta: '', tokens: 1 },
  { kind: 'tool', index: 0, argumentsDelta: '{}', tokens: 1 },
  {
    kind: 'done',
    finishReason: 'stop',
    usage: { promptTokens: 4, cachedTokens: 1, completionTokens: 2 },
    timings: {
      queuedMs: 1,
      loadMs: 0,
      promptMs: 2,
      generationMs: 10,
      firstTokenMs: 3,
      promptTokensPerSecond: 2000,
      tokensPerSecond: 200,
    },
  },
]

const options = { choices: 1, choicesPerPrompt: 1, includeUsage: true }
const head = (object: string) => ({ id: 'x-1', object, created: 1, model: 'm' })
const WIRES: readonly (readonly [string, Endpoint, StreamEncoder])[] = [
  ['/v1/infer', infer, new TokenEncoder()],
  [
    '/v1/chat/completions',
    createChatCompletion,
    new ChunkEncoder(head('chat.completion.chunk'), CHAT_CHUNKS, options),
  ],
  [
    '/v1/completions',
    createCompletion,
    new ChunkEncoder(head('text_completion'), completionChunks(['Once']), options),
  ],
]

test.each(WIRES)('%s sends what is described', (_, endpoint, wire) => {
  const error = new AppError('The worker has crashed.', { code: 'worker_crashed', status: 500 })
  const frames = [
    ...EVENTS.flatMap((event) => wire.encode({ choice: 0, event })),
    ...wire.snapshot(['a']),
    {
      event: 'reset',
      data:
        wire.resetData?.('trimmed', [{ text: 'a', reasoning: '', toolCalls: [] }]) ??
        JSON.stringify({ reason: 'trimmed', texts: ['a'] }),
    },
    ...wire.encode({ error }),
  ]
  expect(frames.length).toBeGreaterThan(4)
  for (const frame of frames) if (!('comment' in frame)) expectDescribed(endpoint, frame)
})

const job = (status: Job['status']) =>
  sampleJob({
    id: 'd1',
    modelRef: 'hf:acme/river',
    status,
    bytes: 1,
    problem:
      status === 'failed' ? { code: 'disk_full', message: 'The disk is full.', hint: null } : null,
  })

test('the progress of downloads sends what is described', () => {
  const states = ['verifying', 'paused', 'complete', 'failed', 'cancelled'] as const
  const speed = { bytesPerSecond: 10, etaSeconds: null, stalled: false }
  for (const event of [
    queuedEvent(job('queued'), 1),
    startedEvent(job('downloading')),
    progressEvent(job('downloading'), speed),
    ...states.flatMap((status) => stateEvent(job(status)) ?? []),
  ])
    expectDescribed(downloadProgress, event)
})
