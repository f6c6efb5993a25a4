/** Server-Sent Events: logs, cursors and streams. Nothing here knows what is streamed. */

export { lastEventIdOf, parseCursor } from './cursor'
export { MemoryLog } from './memory-log'
export type { Admission, SseObserver, SseServerOptions } from './options'
export { SseServer } from './server'
export type { SseStats } from './stats'
export type {
  EventLog,
  ReadResult,
  ResetReason,
  Snapshot,
  Source,
  SseEvent,
  SseFrame,
} from './types'
