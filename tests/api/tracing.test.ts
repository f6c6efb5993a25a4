import { afterAll, beforeAll, expect, test } from 'vitest'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { attributeOf, OtlpCollector } from '../support/otlp-collector'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'

const collector = new OtlpCollector()
let hub: Hub
let server: TestServer

beforeAll(async () => {
  hub = await startHub()
  await collector.start()
  server = await startServer({
    env: {
      ...hub.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'runnel-test',
      RUNNEL_LOG_LEVEL: 'info',
    },
  })
})
afterAll(async () => {
  await server.dispose()
  await collector.stop()
  await hub.stop()
})

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  server.json<{ download_id: string }>(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers,
  })

test('requests, generations and downloads are spans that belong together', async () => {
  const content = ggufContent({ size: 1024 * 1024, seed: 'traced' })
  hub.add('acme/traced', { 'traced.Q8_0.gguf': content })
  await post(
    '/v1/infer',
    { prompt: 'Once', max_tokens: 8, stream: false },
    { traceparent: `00-${TRACE}-${CALLER}-01`, 'x-request-id': 'traced-1' },
  )
  const { download_id } = await post('/v1/models/download', { model_ref: 'hf:acme/traced:Q8_0' })
  await until(async () => {
    const { status } = await server.json<{ status: string }>(`/v1/models/download/${download_id}`)
    return status === 'complete'
  }, 'the download')
  // What is still being gathered is sent at the end.
  await server.stop()

  expect(collector.resource.get('service.name')).toBe('runnel-test')
  const infer = only('POST /v1/infer')
  expect(infer).toMatchObject({ traceId: TRACE, parentSpanId: CALLER })
  expect(attributeOf(infer, 'http.route')).toBe('/v1/infer')
  expect(Number(attributeOf(infer, 'http.response.status_code'))).toBe(200)
  expect(attributeOf(infer, 'runnel.request.id')).toBe('traced-1')

  const [generation, ...others] = collector.childrenOf(infer)
  expect(others).toEqual([])
  if (!generation) throw new Error('The generation has no span.')
  expect(generation).toMatchObject({ name: 'generate storyteller', traceId: TRACE })
  expect(Number(attributeOf(generation, 'gen_ai.usage.output_tokens'))).toBe(8)
  const phases = collector
    .childrenOf(generation)
    .toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
  expect(phases.map(({ name }) => name)).toEqual(['queued', 'loading', 'prompt', 'generating'])
  for (const phase of phases) {
    expect(phase.startTimeUnixNano).toBeGreaterThanOrEqual(generation.startTimeUnixNano)
    expect(phase.endTimeUnixNano).toBeLessThanOrEqual(generation.endTimeUnixNano)
  }

  const asked = only('POST /v1/models/download')
  const [download] = collector.childrenOf(asked)
  if (!download) throw new Error('The download has no span.')
  expect(download.name).toBe('download')
  expect(attributeOf(download, 'runnel.download.id')).toBe(download_id)
  expect(attributeOf(download, 'runnel.download.status')).toBe('complete')
})

function only(name: string) {
  const [found, ...others] = collector.spans.filter((span) => span.name === name)
  if (!found || others.length > 0) throw new Error(`Not one span is called ${name}.`)
  return found
}
