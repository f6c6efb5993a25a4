import { channel } from 'node:diagnostics_channel'
import { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { divertRequests, whyDiverted } from '@/lib/api/diverted-requests'

let unsubscribe = () => {}
beforeAll(() => {
  unsubscribe = divertRequests()
})
afterAll(() => unsubscribe())

/** What becomes of a request: the error that it gets, or undefined when it goes on as it is. */
function outcome(method: string, url: string, headers: Record<string, string> = {}) {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url, headers })
  channel('http.server.request.start').publish({
    request,
    response: new ServerResponse(request),
    socket: request.socket,
    server: new Server(),
  })
  const { pathname } = new URL(request.url, 'http://x')
  const why = whyDiverted(pathname)
  if (!why) expect(request.url).toBe(url)
  return why && { status: why.status, message: why.message, hint: why.hint }
}
const KEY = { authorization: 'Bearer k' }

describe('divertRequests', () => {
  test.each([
    ['POST', '/chat/completions', {}],
    ['POST', '/chat/completions?x=1', KEY],
    ['POST', '/embeddings', {}],
    ['GET', '/models', KEY],
    ['GET', '/models/hf/a/b', { 'x-api-key': 'k' }],
    ['OPTIONS', '/chat/completions', {}],
  ])('tells %s %s that /v1 is missing', (method, url, headers) => {
    const path = url.split('?')[0]
    expect(outcome(method, url, headers)).toMatchObject({
      status: 404,
      message: `There is no ${path} here.`,
      hint: expect.stringContaining(`/v1${path}`),
    })
  })

  test.each([
    ['GET', '/v2/models'],
    ['POST', '/v2'],
    ['GET', '/v10/a%20b?c=%E2%82%AC'],
    ['DELETE', '/anything'],
  ])('answers %s %s with 404', (method, url) => {
    expect(outcome(method, url)).toMatchObject({
      status: 404,
      hint: expect.stringContaining('/v1'),
    })
  })

  test.each([
    ['GET', '/models', {}],
    ['GET', '/chat', KEY],
    ['HEAD', '/', {}],
    ['GET', '/v1/models', KEY],
    ['POST', '/v1/nothing', {}],
    ['POST', '/api/auth/signout', {}],
    ['POST', '/healthz', {}],
    ['GET', '/verify', {}],
  ])('leaves %s %s to whom it is for', (method, url, headers) => {
    expect(outcome(method, url, headers)).toBeUndefined()
  })

  test.each([
    ['GET', '/%E0%A4%A', 400],
    ['TRACE', '/', 501],
    ['PROPFIND', '/v1/models', 501],
  ])('answers %s %s, on which Next fails, with %i', (method, url, status) => {
    expect(outcome(method, url)).toMatchObject({ status })
  })
})
