import { z } from 'zod'
import { endpoint } from './endpoint'

const status = z.object({ status: z.string() })

export const healthz = endpoint({
  method: 'GET',
  path: '/healthz',
  tag: 'Server',
  summary: 'Whether the process is alive',
  access: 'public',
  response: { status: 200, description: 'It is.', schema: status },
})

export const readyz = endpoint({
  method: 'GET',
  path: '/readyz',
  tag: 'Server',
  summary: 'Whether requests can be served',
  description: 'Answers 503 while the server starts, stops, or its database does not answer.',
  access: 'public',
  response: { status: 200, description: 'They can.', schema: status },
  errors: { 503: 'The server starts or stops, or its database does not answer.' },
})

export const metrics = endpoint({
  method: 'GET',
  path: '/metrics',
  tag: 'Server',
  summary: 'What can be measured, for Prometheus',
  description:
    'The text format 0.0.4. For admins, and for `Authorization: Bearer` with RUNNEL_METRICS_TOKEN. docs/operations.md explains each metric.',
  access: 'metrics',
  response: { status: 200, description: 'Every metric.', files: ['text/plain'] },
})

export const openapi = endpoint({
  method: 'GET',
  path: '/openapi.json',
  tag: 'Server',
  summary: 'This description, made from the schemas that parse the requests',
  access: 'public',
  response: { status: 200, description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) },
})
