import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: z.array(attribute),
})
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

export type CollectedSpan = z.infer<typeof span>

/** Takes spans over OTLP/HTTP, as a collector does. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = []
  /** Attributes of whoever sent the spans. */
  readonly resource = new Map<string, unknown>()
  private readonly server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.url === '/v1/traces') this.take(exported.parse(JSON.parse(body)))
    response.setHeader('content-type', 'application/json').end('{}')
  })

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve)
    })
  }

  get url(): string {
    const address: AddressInfo | string | null = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('It does not listen.')
    return `http://127.0.0.1:${address.port}`
  }

  /** Spans below one. */
  childrenOf({ spanId }: CollectedSpan): CollectedSpan[] {
    return this.spans.filter(({ parentSpanId }) => parentSpanId === spanId)
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  private take({ resourceSpans }: z.infer<typeof exported>): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const { key, value } of resource.attributes) this.resource.set(key, valueIn(value))
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans))
    }
  }
}

/** An attribute of a span. */
export function attributeOf({ attributes }: CollectedSpan, name: string): unknown {
  const found = attributes.find(({ key }) => key === name)
  return found && valueIn(found.value)
}

function valueIn(value: Record<string, unknown>): unknown {
  return Object.values(value)[0]
}
