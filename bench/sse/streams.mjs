import { request } from 'node:http'

/** How many connections are opened at once, so that the listen queue never overflows. */
const AT_ONCE = 100

/** Opens `count` streams of `path`; `onChunk` gets what each brings. Resolves when all have had their first bytes. */
export async function openStreams(server, path, count, onChunk = () => {}) {
  const streams = []
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - opened) }, (_, index) =>
      openStream(server, path, (chunk) => onChunk(opened + index, chunk)),
    )
    streams.push(...(await Promise.all(batch)))
  }
  return streams
}

function openStream(server, path, onChunk) {
  return new Promise((resolve, reject) => {
    const call = request({
      port: server.port,
      host: '127.0.0.1',
      path,
      headers: server.headers,
      agent: false,
    })
    call.on('error', reject)
    call.on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}.`))
      const ended = new Promise((end) => response.once('close', end))
      response.on('error', () => {})
      response.on('data', (chunk) => {
        onChunk(chunk)
        resolve({ ended, close: () => call.destroy() })
      })
    })
    call.end()
  })
}
