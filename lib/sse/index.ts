/** Server-Sent Events: logs, cursors and streams. Nothing here knows what is streamed. */
export { formatCursor, parseCursor } from './cursor'
export { MemoryLog, type MemoryLogOptions } from './memory-log'
export type { Admission, SseServerOptions, SubscribeOptions } from './options'
export { SSE_HEADERS } from './response'
export { SseServer } from './server'
export { guardSockets } from './socket-guard'
export type { CloseReason, SseStats } from './stats'
export type {
  Cursor,
  Entry,
  EventLog,
  ReadResult,
  ResetReason,
  Snapshot,
  Source,
  SseEvent,
} from './types'
