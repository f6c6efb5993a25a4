import { readdirSync } from 'node:fs'
import { Scrape } from './prometheus'
import type { TestServer } from './server'

/** What `/metrics` tells an admin now. */
export async function scrape(server: TestServer): Promise<Scrape> {
  return new Scrape(await (await server.fetch('/metrics')).text())
}

/** Streams that a server has open. */
export async function openStreams(server: TestServer): Promise<number> {
  return (await scrape(server)).value('runnel_sse_subscribers')
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
