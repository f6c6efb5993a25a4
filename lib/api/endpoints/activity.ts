import { z } from 'zod'
import {
  activityHistory,
  activityModels,
  activitySample,
  activityStream,
  activityStreamEnd,
} from '@/lib/telemetry/activity/schemas'
import { type EventKind, endpoint } from './endpoint'
import { PING } from './shared'

const EVENTS: readonly EventKind[] = [
  { name: 'history', description: 'The last hour, on connect.', data: activityHistory },
  { name: 'sample', description: 'What flows, each second.', data: activitySample },
  { name: 'models', description: 'The loaded models, when they change.', data: activityModels },
  { name: 'stream', description: 'A generation, when it changes.', data: activityStream },
  { name: 'stream_end', description: 'A generation that has ended.', data: activityStreamEnd },
  {
    name: 'reset',
    description: 'For a reader that has missed some: the state follows, as on connect.',
    data: z.object({ reason: z.string() }),
  },
  PING,
]

export const watchActivity = endpoint({
  method: 'GET',
  path: '/api/activity/stream',
  tag: 'Server',
  summary: 'Watch what the server does',
  description:
    'SSE. `history` with the last hour and the state of everything on connect; then `sample` each second, `models` and `stream` when they change, `stream_end`. Members see their own generations, admins all.',
  access: 'session',
  query: z.object({ last_event_id: z.string().optional() }),
  response: { status: 200, description: 'The events.', events: EVENTS },
})
