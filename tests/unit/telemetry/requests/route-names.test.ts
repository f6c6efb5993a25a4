import { expect, test } from 'vitest'
import { RouteNames } from '@/lib/telemetry/requests/requests'

const names = new RouteNames([
  { page: '/', regex: '^/(?:/)?$' },
  { page: '/chat', regex: '^/chat(?:/)?$' },
  { page: '/chat/[id]', regex: '^/chat/([^/]+?)(?:/)?$' },
  { page: '/v1/models/[...id]', regex: '^/v1/models/(.+?)(?:/)?$' },
])

test.each([
  ['/', '/'],
  ['/chat', '/chat'],
  ['/chat/17', '/chat/{id}'],
  ['/v1/models/acme/small', '/v1/models/{id}'],
  ['/_next/static/chunks/1.js', '/_next'],
  ['/wp-login.php', 'unknown'],
  ['/_nextish', 'unknown'],
])('%s is %s', (path, name) => {
  expect(names.nameOf(path)).toBe(name)
})
