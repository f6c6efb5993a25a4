import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { Tls } from './nginx'

export type RawResponse = {
  status: number
  headers: Record<string, string | undefined>
  body: string
  /** What `Set-Cookie` said, one for each cookie. */
  cookies: string[]
}

/** A request with exactly these headers: `fetch` does not let one write `Host`. */
export function rawRequest(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; tls?: Tls } = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const { method, headers, tls } = options
    const outgoing = (tls ? tlsRequest : request)(
      url,
      { ...tls, method, headers: { ...(tls && { host: tls.servername }), ...headers } },
      (answer) => {
        let body = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk) => {
          body += chunk
        })
        answer.on('end', () => {
          const headers = Object.fromEntries(
            Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
          )
          const cookies = answer.headers['set-cookie'] ?? []
          resolve({ status: answer.statusCode ?? 0, headers, body, cookies })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}
