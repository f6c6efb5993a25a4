import { AppError } from '@/lib/platform/errors'

/** When to ask a hub again that fails, and does not say when: no server says half a second, so the two are told apart. */
export const UNTOLD_SECONDS = 0.5

/** An answer of the hub that is not a success. Header values as they came; null when they were absent. */
export type HubRefusal = {
  status: number
  /** `X-Error-Code`: `RepoNotFound`, `RevisionNotFound`, `EntryNotFound`, `GatedRepo`. */
  errorCode: string | null
  /** `X-Error-Message`. */
  errorMessage: string | null
  /** Seconds. */
  retryAfter: number | null
}

/** What was asked for, as far as it is known. */
export type HubSubject = {
  endpoint: string
  /** Whether a token was sent. */
  hasToken: boolean
  repo?: string
  revision?: string | null
  path?: string
}

/**
 * Tells the refusals of the hub apart: `repository_not_found`, `revision_not_found`, `file_not_found`, `gated_model`,
 * `hub_token_refused`, `hub_rate_limited`, `hub_error`. The hub answers 401 for a repository that does not exist when
 * nobody is signed in, so its own word goes before the status.
 */
export function hubError(refusal: HubRefusal, subject: HubSubject): AppError {
  const { status, errorCode, errorMessage } = refusal
  if (status === 429) return rateLimited(refusal, subject)
  if (status >= 500) return broken(refusal, subject)
  if (errorCode === 'RevisionNotFound') return revisionNotFound(subject)
  if (errorCode === 'EntryNotFound') return fileNotFound(subject)
  if (errorCode === 'GatedRepo') return gated(subject)
  if (/invalid credentials|invalid token/i.test(errorMessage ?? '')) return tokenRefused(subject)
  if (errorCode === 'RepoNotFound' || status === 404) return repositoryNotFound(subject)
  if (status === 401 && subject.repo) return repositoryNotFound(subject)
  if (status === 403) return gated(subject)
  return broken(refusal, subject)
}

/** No answer at all came from the hub. */
export function hubUnreachable(endpoint: string, cause: unknown): AppError {
  return new AppError(`The hub at ${endpoint} can not be reached.`, {
    code: 'hub_unreachable',
    status: 502,
    hint: 'Check the network and HF_ENDPOINT. Models that are installed work without the hub.',
    cause,
  })
}

/** The hub answered with success, but not with what its API promises. */
export function invalidHubResponse(endpoint: string, what: string, cause?: unknown): AppError {
  return new AppError(`The hub at ${endpoint} answered ${what}.`, {
    code: 'hub_error',
    status: 502,
    hint: 'Something between here and the hub may have answered in its place, such as a sign-in page. Check HF_ENDPOINT.',
    cause,
  })
}

/** The same refusal for whoever named model and revision each in a field of its own, not in a reference. */
export function inFields(error: AppError): AppError {
  const { message, code, status, cause, retryAfter, hint } = error
  if (code === 'repository_not_found')
    return new AppError(message, { code, status, cause, retryAfter, hint, param: 'id' })
  if (code !== 'revision_not_found') return error
  const how = 'A revision is a branch, a tag or a commit; without one the newest is taken.'
  return new AppError(message, { code, status, cause, param: 'revision', hint: how })
}

function repositoryNotFound({ endpoint, repo, hasToken }: HubSubject): AppError {
  return new AppError(`There is no model ${repo ?? ''} at ${endpoint}, or it is private.`, {
    code: 'repository_not_found',
    status: 404,
    param: 'model_ref',
    hint: hasToken
      ? 'Check the spelling of owner and name. The account of HF_TOKEN can not see it.'
      : 'Check the spelling of owner and name. If it is private, start Runnel with an access token in HF_TOKEN.',
  })
}

function revisionNotFound({ repo, revision }: HubSubject): AppError {
  return new AppError(`The model ${repo ?? ''} has no revision ${revision ?? ''}.`, {
    code: 'revision_not_found',
    status: 404,
    param: 'model_ref',
    hint: 'After @ comes a branch, a tag or a commit; without it the newest is taken.',
  })
}

function fileNotFound({ repo, path }: HubSubject): AppError {
  return new AppError(`The model ${repo ?? ''} has no file ${path ?? ''}.`, {
    code: 'file_not_found',
    status: 404,
    param: 'model_ref',
    hint: 'GET /v1/hub/models/{id} lists its files.',
  })
}

function gated({ endpoint, repo, hasToken }: HubSubject): AppError {
  const page = `${endpoint}/${repo ?? ''}`
  return new AppError(`The model ${repo ?? ''} is gated: its owner decides who gets it.`, {
    code: 'gated_model',
    status: 403,
    hint: hasToken
      ? `Ask for access at ${page} with the account that HF_TOKEN belongs to; a fine-grained token also needs the right to read gated repositories.`
      : `Ask for access at ${page}, make an access token in the settings of your account there, and start Runnel with it in HF_TOKEN.`,
  })
}

function tokenRefused({ endpoint }: HubSubject): AppError {
  return new AppError(`The hub at ${endpoint} does not accept the token in HF_TOKEN.`, {
    code: 'hub_token_refused',
    status: 403,
    hint: 'Make a new access token in the settings of your account there, and start Runnel with it in HF_TOKEN.',
  })
}

function rateLimited({ retryAfter }: HubRefusal, { endpoint, hasToken }: HubSubject): AppError {
  return new AppError(`The hub at ${endpoint} wants fewer requests for now.`, {
    code: 'hub_rate_limited',
    status: 429,
    retryAfter: retryAfter ?? 60,
    hint: hasToken
      ? 'Wait a little.'
      : 'Wait a little. With a token in HF_TOKEN the limit is higher.',
  })
}

function broken({ status, retryAfter }: HubRefusal, { endpoint }: HubSubject): AppError {
  return new AppError(`The hub at ${endpoint} failed with status ${status}.`, {
    code: 'hub_error',
    status: 502,
    retryAfter: retryAfter ?? (status >= 500 ? UNTOLD_SECONDS : undefined),
    hint: 'Try again in a while.',
  })
}
