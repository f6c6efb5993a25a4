declare module 'event-source-polyfill' {
  export type Message = { type: string; data: string; lastEventId: string }
  export class EventSourcePolyfill {
    constructor(url: string, options?: { headers?: Record<string, string> })
    onmessage: ((event: Message) => void) | null
    addEventListener(type: string, listener: (event: Message) => void): void
    close(): void
  }
}
