import { request } from 'node:http'

export type RawResponse = {
  status: number
  headers: Record<string, string | undefined>
  body: string
}

/** A request with exactly these headers: `fetch` does not let one write `Host`. */
export function rawRequest(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: options.method, headers: options.headers },
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
          resolve({ status: answer.statusCode ?? 0, headers, body })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}
