import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { startServer, type TestServer } from '@/tests/support/server'

let browser: Browser
let server: TestServer
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  ;({ page, complaints } = await signedIn(browser, server))
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

/** What a page gets from an `EventSource` that closes at `[DONE]`. */
function readTokens(path: string): Promise<{ text: string; lastEventId: string }> {
  return page.evaluate(
    (address) =>
      new Promise((resolve, reject) => {
        const source = new EventSource(address)
        let text = ''
        source.onmessage = ({ data, lastEventId }) => {
          if (data !== '[DONE]') {
            text += JSON.parse(data).token
            return
          }
          source.close()
          resolve({ text, lastEventId })
        }
        source.onerror = () => {
          if (source.readyState === EventSource.CLOSED) reject(new Error('The stream was refused.'))
        }
      }),
    path,
  )
}

describe('EventSource on a signed-in page', () => {
  it('streams /v1/infer with nothing but the session', async () => {
    const { text, lastEventId } = await readTokens('/v1/infer?prompt=Hello&stream=true')
    expect(text.length).toBeGreaterThan(0)
    const report = await server.json<{ text: string }>(
      `/v1/generations/${lastEventId.split('.')[0]}`,
    )
    expect(text).toBe(report.text)
    expect(complaints).toEqual([])
  })

  it('stops coming back when it is told that nothing is left, or that the generation is gone', async () => {
    const { lastEventId } = await readTokens('/v1/infer?prompt=Hello&stream=true&max_tokens=3')
    for (const id of [lastEventId, '0123456789abcdef01234567.9'])
      await expect(
        readTokens(`/v1/infer?prompt=Hello&stream=true&last_event_id=${id}`),
      ).rejects.toThrow('The stream was refused.')
  })
})
