import { createServer, request, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const content = ggufContent({ size: 9 * 1024 * 1024 })

let hub: Hub
let proxy: Server
let server: TestServer
/** The whole addresses that the proxy was asked for. */
const passed: string[] = []

beforeAll(async () => {
  hub = await startHub({ models: { 'acme/tiny': { 'tiny.Q8_0.gguf': content } } })
  proxy = createServer((asked, answer) => {
    const url = asked.url ?? ''
    passed.push(url)
    const onward = request(url, { headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    onward.end()
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  const { port } = z.object({ port: z.number() }).parse(proxy.address())
  server = await startServer({ env: { ...hub.env, http_proxy: `127.0.0.1:${port}` } })
})
afterAll(async () => {
  await server.stop()
  proxy.close()
  proxy.closeAllConnections()
  await hub.stop()
})

test('where the environment names a proxy, the hub and its files are asked through it', async () => {
  const headers = { Authorization: `Bearer ${server.key}`, 'Content-Type': 'application/json' }
  const started = await fetch(`${server.url}/v1/models/download`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model_ref: 'hf:acme/tiny' }),
  })
  expect(started.status).toBe(202)
  await until(async () => {
    const listed = await fetch(`${server.url}/v1/models/download`, { headers })
    return (await listed.text()).includes('"complete"')
  })
  const origins = new Set(passed.map((url) => new URL(url).origin))
  expect(origins).toEqual(new Set([hub.url, new URL(hub.cdnUrl).origin]))
  expect(passed).toHaveLength(hub.requests.length)
})
