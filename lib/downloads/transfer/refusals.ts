import { AppError } from '@/lib/errors'
import type { Reply } from './http-client'

const TOKEN_HINT =
  'Ask for access on the model’s page, then start Runnel with HF_TOKEN set to a token of that account.'

/** The error for a status with which a server refuses a file for good. */
export function refusal(reply: Reply): AppError {
  const host = reply.url.host
  const code = String(reply.headers['x-error-code'] ?? '')
  const said = reply.headers['x-error-message']
  const make = (message: string, errorCode: string, status: number, hint?: string) =>
    new AppError(message, { code: errorCode, status, hint })
  if (code === 'GatedRepo')
    return make(`${host} gives this model only to those who have access.`, 'gated', 403, TOKEN_HINT)
  if (code === 'RepoNotFound')
    return make(`${host} has no such model, or it is private.`, 'repo_not_found', 404, TOKEN_HINT)
  if (code === 'RevisionNotFound')
    return make(`${host} has the model, but not this revision.`, 'revision_not_found', 404)
  if (code === 'EntryNotFound')
    return make(`${host} has the model, but not this file.`, 'file_not_found', 404)
  switch (reply.status) {
    case 401:
      return make(`${host} asks who is there (401).`, 'unauthorized', 401, TOKEN_HINT)
    case 403:
      return make(`${host} refuses this file (403).`, 'forbidden', 403, TOKEN_HINT)
    case 404:
    case 410:
      return make(`${host} has no such file (${reply.status}).`, 'file_not_found', 404)
    default:
      return make(
        `${host} answered ${reply.status}${typeof said === 'string' ? `: ${said}` : ''}.`,
        'bad_reply',
        502,
      )
  }
}
