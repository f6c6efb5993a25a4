import type { z } from 'zod'

/** More names than anybody would read. */
const MOST = 20

/**
 * The header `X-Runnel-Ignored` with the fields of a body that its schema does not know: agents add some every month that
 * only advise, and whoever misses their effect finds them here. No header when there are none.
 */
export function ignoredFields(body: object, schema: z.ZodObject): Headers {
  const names = Object.keys(body).filter((name) => !(name in schema.shape))
  // What a client calls its fields is written into a header only where it is a plain word.
  const plain = names.filter((name) => /^[\w.-]{1,64}$/.test(name)).slice(0, MOST)
  return new Headers(plain.length > 0 ? { 'X-Runnel-Ignored': plain.join(', ') } : {})
}
