import { z } from 'zod'
import { errorBody } from '@/lib/platform/schemas'
import type { EventKind } from './endpoint'

/** What several endpoints say in the same words. */
export const DONE: EventKind = {
  name: 'message',
  description: '`[DONE]`: nothing comes after it.',
}

export const PING: EventKind = {
  name: 'ping',
  description: 'Once a minute, so that a page can tell silence from a lost connection.',
  data: z.object({}),
}

export const FAILED: EventKind = {
  name: 'error',
  description: 'It failed; the stream ends.',
  data: errorBody,
}

/** Errors of what asks a model. */
export const MODEL_ERRORS = {
  404: 'There is no such model: `model_not_found`.',
  429: 'The queue is full, or it is too much for this key: `queue_full`, `key_requests_exceeded`.',
  503: 'The model does not fit into memory: `insufficient_memory`.',
} as const

/** Errors of what generates. */
export const GENERATION_ERRORS = {
  ...MODEL_ERRORS,
  429: 'The queue is full, or too many streams are open, or it is too much for this key: `queue_full`, `too_many_streams`, `key_streams_full`, `key_requests_exceeded`.',
  503: 'The model does not fit into memory, or the server has as many streams open as it takes: `insufficient_memory`, `streams_full`.',
  504: 'It took longer than `timeout`: `deadline_exceeded`.',
} as const

/** The model that every example asks, since it comes with the server. */
export const EXAMPLE_MODEL = 'storyteller'
