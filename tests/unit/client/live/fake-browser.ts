import type { Locks } from '@/lib/client/live/leadership'
import type { Channel } from '@/lib/client/live/shared-feed'

type Waiting = { grant: () => void; signal: AbortSignal | undefined }
type Held = { reject: (error: Error) => void }

/** What the tabs of a browser share: one lock, granted in turn or stolen, and one channel. */
export class FakeBrowser {
  private readonly channels = new Set<Channel>()
  private readonly queue: Waiting[] = []
  private held: Held | undefined

  readonly locks: Locks = { request: this.request.bind(this) }

  openChannel = (): Channel => {
    const channel: Channel = {
      onmessage: null,
      close: () => this.channels.delete(channel),
      postMessage: (message) => {
        const data: unknown = structuredClone(message)
        for (const other of this.channels)
          if (other !== channel)
            queueMicrotask(() => other.onmessage?.(new MessageEvent('message', { data })))
      },
    }
    this.channels.add(channel)
    return channel
  }

  private request(
    _name: string,
    options: { steal?: boolean; signal?: AbortSignal },
    task: () => Promise<void> | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const grant = () => {
        const mine: Held = { reject }
        this.held = mine
        Promise.resolve(task()).then(() => {
          resolve()
          if (this.held === mine) this.next()
        })
      }
      options.signal?.addEventListener('abort', () => reject(new Error('withdrawn')))
      if (options.steal) {
        this.held?.reject(new Error('stolen'))
        grant()
      } else if (this.held) this.queue.push({ grant, signal: options.signal })
      else grant()
    })
  }

  private next(): void {
    this.held = undefined
    const candidate = this.queue.shift()
    if (candidate?.signal?.aborted) this.next()
    else candidate?.grant()
  }
}
