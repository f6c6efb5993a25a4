import type { z } from 'zod'
import type {
  activityHistory,
  activityModels,
  activitySample,
  activitySlice,
  activityStream,
  activityStreamEnd,
} from '@/lib/telemetry/activity/schemas'
import type { StreamEvent } from '../live/sse-connection'
import { eventData } from '../live/sse-connection'

export type ActivitySlice = z.infer<typeof activitySlice>
export type ActivityStream = z.infer<typeof activityStream>
export type LoadedModel = z.infer<typeof activityModels>['models'][number]
type History = z.infer<typeof activityHistory>
type Sample = z.infer<typeof activitySample>

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
  switch (event) {
    case 'reset':
      return NO_ACTIVITY
    case 'history':
      return withHistory(eventData<History>(data))
    case 'sample':
      return withSample(state, eventData<Sample>(data))
    case 'models': {
      const models = eventData<z.infer<typeof activityModels>>(data)?.models
      return models ? { ...state, models } : state
    }
    case 'stream': {
      const stream = eventData<ActivityStream>(data)
      return stream ? { ...state, streams: { ...state.streams, [stream.id]: stream } } : state
    }
    case 'stream_end': {
      const ended = eventData<z.infer<typeof activityStreamEnd>>(data)
      return ended ? withoutStream(state, ended.id) : state
    }
    default:
      return state
  }
}

/** It opens the state of a reader that joins: what was known before is of another time. */
function withHistory(history: History | undefined): ActivityState {
  if (!history?.slices) return NO_ACTIVITY
  return { ...NO_ACTIVITY, sliceMs: history.slice_ms, slices: history.slices }
}

function withSample(state: ActivityState, sample: Sample | undefined): ActivityState {
  if (!sample?.slice) return state
  const { slice, tokens_per_second, subscribers, queued } = sample
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
