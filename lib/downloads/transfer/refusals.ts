import { hubError } from '@/lib/hub/hub-errors'
import { AppError } from '@/lib/platform/errors'
import type { Reply } from './http-client'

/** The error for a status with which a server refuses a file for good. */
export function refusal(reply: Reply): AppError {
  const { status, headers, hub } = reply
  const errorCode = text(headers['x-error-code']) ?? (status === 404 ? 'EntryNotFound' : null)
  const errorMessage = text(headers['x-error-message'])
  if (hub) return hubError({ status, errorCode, errorMessage, retryAfter: null }, hub)
  const host = reply.place.url.host
  const make = (message: string, code: string, known = status) =>
    new AppError(message, { code, status: known, hint: 'Check the address, then start again.' })
  if (status === 404 || status === 410) return make(`${host} has no such file.`, 'file_not_found')
  if (status === 401 || status === 403)
    return make(`${host} does not give this file to everybody (${status}).`, 'forbidden', 403)
  return make(`${host} answered ${status}.`, 'bad_reply', 502)
}

function text(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null
}
