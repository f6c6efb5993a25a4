import { AppError } from '@/lib/platform/errors'
import { JsonLimits } from './json-limits'

/**
 * Depth: schemas and grammars are walked by recursion, which ends with the stack. Containers: a chat of thousands of
 * messages has a few for each, with a few members. Values: token ids, of which a batch has hundreds of thousands.
 */
const BOUNDS = { depth: 100, containers: 30_000, members: 60_000, values: 1_000_000 }

const MAX_DRAINED_BYTES = 64 * 1024 * 1024

/**
 * Reads a JSON body: UTF-8, as it is sent, and of at most `maxBytes`.
 * @throws AppError 415, 413 or 400 when it is of another type or compressed, too large, not UTF-8, not JSON, or holds
 * more than can be looked at in a moment.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  checkType(request.headers)
  const text = await readText(request, maxBytes)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('The body is not valid JSON.', { code: 'invalid_json', status: 400, cause })
  }
}

function checkType(headers: Headers): void {
  const type = headers.get('content-type') ?? ''
  const charset = /;\s*charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (!/^application\/(?:[\w.+-]*\+)?json\b/i.test(type) || !/^utf-?8$/i.test(charset))
    throw unsupported('The body must be JSON in UTF-8, with `Content-Type: application/json`.')
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (!/^\s*identity\s*$/i.test(encoding))
    throw unsupported(
      `The body is compressed (\`Content-Encoding: ${encoding}\`): send it as it is, without that header.`,
    )
}

function unsupported(message: string): AppError {
  return new AppError(message, { code: 'unsupported_media_type', status: 415 })
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new AppError(`The body is larger than ${maxBytes} bytes.`, {
      code: 'body_too_large',
      status: 413,
    })
  if (!request.body) return ''
  const reader = request.body.getReader()
  try {
    if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
    const limits = new JsonLimits(BOUNDS)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let size = 0
    let text = ''
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength
      if (size > maxBytes) throw tooLarge()
      limits.push(next.value)
      text += decode(decoder, next.value)
    }
    return text + decode(decoder)
  } catch (error) {
    void drain(reader)
    throw error
  }
}

/**
 * Takes and drops the rest of a body that is answered already: a client that still sends when its connection closes
 * sees a reset, and no answer. What never ends is cut.
 */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let left = MAX_DRAINED_BYTES
  try {
    while (left > 0) {
      const next = await reader.read()
      if (next.done) return
      left -= next.value.byteLength
    }
    await reader.cancel()
  } catch {
    // The client has gone: nobody is there to be answered.
  }
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch (cause) {
    throw new AppError('The body is not valid UTF-8.', {
      code: 'invalid_encoding',
      status: 400,
      cause,
    })
  }
}
