import type { z } from 'zod'
import {
  activityHistory,
  activityModels,
  activitySample,
  type activitySlice,
  activityStream,
  activityStreamEnd,
} from '@/lib/endpoints/activity'
import type { StreamEvent } from '../live/sse-connection'
import { parseJson } from '../parse-json'

export type ActivitySlice = z.infer<typeof activitySlice>
export type ActivityStream = z.infer<typeof activityStream>
export type LoadedModel = z.infer<typeof activityModels>['models'][number]

/** What the server does, as far as this browser knows. */
export type ActivityState = {
  sliceMs: number
  /** The last hour, the oldest first; the last one is under way. Empty before the first event. */
  slices: readonly ActivitySlice[]
  /** Null before the first event. */
  now: { tokensPerSecond: number; subscribers: number; queued: number } | null
  models: readonly LoadedModel[]
  /** Generations that run, by id. */
  streams: Readonly<Record<string, ActivityStream>>
}

export const NO_ACTIVITY: ActivityState = {
  sliceMs: 10_000,
  slices: [],
  now: null,
  models: [],
  streams: {},
}

const HOUR_MS = 3_600_000

/** The activity after one more event of its feed. */
export function reduceActivity(state: ActivityState, { event, data }: StreamEvent): ActivityState {
  const value = parseJson(data)
  switch (event) {
    case 'reset':
      return NO_ACTIVITY
    case 'history':
      return withHistory(value)
    case 'sample':
      return withSample(state, value)
    case 'models': {
      const parsed = activityModels.safeParse(value)
      return parsed.success ? { ...state, models: parsed.data.models } : state
    }
    case 'stream': {
      const parsed = activityStream.safeParse(value)
      if (!parsed.success) return state
      return { ...state, streams: { ...state.streams, [parsed.data.id]: parsed.data } }
    }
    case 'stream_end': {
      const parsed = activityStreamEnd.safeParse(value)
      return parsed.success ? withoutStream(state, parsed.data.id) : state
    }
    default:
      return state
  }
}

/** It opens the state of a reader that joins: what was known before is of another time. */
function withHistory(value: unknown): ActivityState {
  const parsed = activityHistory.safeParse(value)
  if (!parsed.success) return NO_ACTIVITY
  return { ...NO_ACTIVITY, sliceMs: parsed.data.slice_ms, slices: parsed.data.slices }
}

function withSample(state: ActivityState, value: unknown): ActivityState {
  const parsed = activitySample.safeParse(value)
  if (!parsed.success) return state
  const { slice, tokens_per_second, subscribers, queued } = parsed.data
  const earlier = state.slices.filter(({ at }) => at < slice.at && at > slice.at - HOUR_MS)
  return {
    ...state,
    slices: [...earlier, slice],
    now: { tokensPerSecond: tokens_per_second, subscribers, queued },
  }
}

function withoutStream(state: ActivityState, id: string): ActivityState {
  const { [id]: gone, ...streams } = state.streams
  return gone ? { ...state, streams } : state
}
