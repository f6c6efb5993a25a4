import { readdirSync } from 'node:fs'
import type { BrowserSession } from './browser-session'
import type { TestServer } from './server'

/** Streams that a server has open, besides the one that asks: what the overview shows to an admin. */
export async function openStreams(server: TestServer, admin: BrowserSession): Promise<number> {
  const response = await server.fetch('/api/activity/stream', { headers: { cookie: admin.cookie } })
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const sample = /^event: sample\n(?:id: .*\n)?data: (.*)\n\n/m.exec(text)?.[1]
    if (sample) return Number(JSON.parse(sample).subscribers) - 1
  }
  throw new Error(`${response.status} without a sample: ${text}`)
}

/** Requests that a model works on or has in its queue. */
export async function busySequences(server: TestServer, model: string): Promise<number> {
  const { loaded } = await server.json<{ loaded: { active: number; queued: number } | null }>(
    `/v1/models/${model}`,
  )
  return loaded ? loaded.active + loaded.queued : 0
}

/** Files and sockets that a server's process has open, on Linux. */
export function openFiles({ pid }: TestServer): number {
  return readdirSync(`/proc/${pid}/fd`).length
}
