import { acceptInvite, changePassword, setUp } from '@/lib/api/endpoints/accounts'
import { createConversation, regenerateMessage, sendMessage } from '@/lib/api/endpoints/chat'
import * as downloads from '@/lib/api/endpoints/downloads'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { getHubModel, searchHub } from '@/lib/api/endpoints/hub'
import { detokenize, infer, inferByQuery, tokenize } from '@/lib/api/endpoints/inference'
import { createKey, updateKey } from '@/lib/api/endpoints/keys'
import { deleteModel, loadModel, unloadModel } from '@/lib/api/endpoints/models'
import {
  createChatCompletion,
  createCompletion,
  createEmbeddings,
} from '@/lib/api/endpoints/openai'
import { createInvite, deletePerson, updatePerson } from '@/lib/api/endpoints/people'
import { readyz } from '@/lib/api/endpoints/server'
import { createTicket } from '@/lib/api/endpoints/tickets'

/** What a status means on every endpoint, unless the endpoint says more. */
export const ERROR_WORDS = {
  400: 'The request is not right: `param` names the field, `message` says what it must be.',
  401: 'There is no credential, or one that is not valid any more.',
  403: 'The credential does not reach this far, or the request comes from another site.',
  404: 'What the path names does not exist, or not for this caller.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  429: 'Too much at once: `Retry-After` says when to try again.',
  500: 'A fault of the server: its log has the cause under the request id.',
} as const

type Words = Readonly<Record<number, string>>

const MODEL: Words = {
  404: 'There is no such model: `model_not_found`.',
  429: 'The queue is full, or it is too much for this key: `queue_full`, `key_requests_exceeded`.',
  503: 'The model does not fit into memory: `insufficient_memory`.',
}
const GENERATING: Words = {
  ...MODEL,
  429: 'The queue is full, or too many streams are open, or it is too much for this key: `queue_full`, `too_many_streams`, `key_streams_full`, `key_requests_exceeded`.',
  503: 'The model does not fit into memory, or the server has as many streams open as it takes: `insufficient_memory`, `streams_full`.',
  504: 'It took longer than `timeout`: `deadline_exceeded`.',
}
const STREAM: Words = {
  429: 'Too many streams, or too much for this key: `too_many_streams`, `key_streams_full`, `key_requests_exceeded`.',
  503: 'The server has as many streams open as it takes: `streams_full`.',
}
const HUB: Words = { 502: 'The hub does not answer, or not as it should: `hub_unreachable`.' }
const STATE: Words = { 409: 'Its state does not allow it: `wrong_download_state`.' }
const IN_USE: Words = { 409: 'It is in use: `model_in_use`.' }
const ANSWERING: Words = { 409: 'An answer is being written: `answer_running`.' }
const LAST_ADMIN: Words = { 409: 'There would be no admin left: `last_admin`.' }

const SPECIAL: readonly (readonly [Endpoint, Words])[] = [
  [infer, { ...GENERATING, 400: `${ERROR_WORDS[400]} Or \`context_length_exceeded\`.` }],
  [inferByQuery, { ...GENERATING, 404: 'There is no such model, or no such generation any more.' }],
  [createChatCompletion, GENERATING],
  [createCompletion, GENERATING],
  [createEmbeddings, MODEL],
  [tokenize, MODEL],
  [detokenize, MODEL],
  [loadModel, MODEL],
  [
    deleteModel,
    {
      409: 'It is in use, or ships with Runnel: `model_in_use`, `builtin_model`.',
      500: 'The server may not write to its folder: `cannot_delete`.',
    },
  ],
  [unloadModel, IN_USE],
  [searchHub, HUB],
  [getHubModel, { ...HUB, 403: 'The hub wants a token, or a licence to be accepted first.' }],
  [downloads.startDownload, { 400: 'It is no reference: `invalid_model_ref`.' }],
  [downloads.pauseDownload, STATE],
  [downloads.resumeDownload, STATE],
  [downloads.retryDownload, STATE],
  [downloads.moveDownload, STATE],
  [downloads.clearOrphans, { 404: 'There is no such partial file: `orphan_not_found`.' }],
  [createConversation, MODEL],
  [sendMessage, ANSWERING],
  [regenerateMessage, ANSWERING],
  [
    setUp,
    { 403: 'It is not the token that was printed.', 409: 'There is an admin: `already_set_up`.' },
  ],
  [
    acceptInvite,
    {
      403: 'The link is not valid any more: `invalid_invite`.',
      409: 'The address has an account: `email_taken`.',
    },
  ],
  [
    changePassword,
    { 403: 'The present password is not right.', 409: 'The account signs in elsewhere.' },
  ],
  [createInvite, { 409: 'The address has an account: `email_taken`.' }],
  [createKey, { 403: 'It reaches further than its maker: `scope_too_wide`.' }],
  [updateKey, { 409: 'It is revoked: `key_revoked`.' }],
  [updatePerson, LAST_ADMIN],
  [deletePerson, LAST_ADMIN],
  [createTicket, { 429: 'Too many tickets wait to be used: `too_many_tickets`.' }],
  [readyz, { 503: 'The server starts or stops, or its database does not answer.' }],
]

/** The errors that an endpoint can answer, by status: in which case. */
export function errorsOf(endpoint: Endpoint): ReadonlyMap<number, string> {
  const special = SPECIAL.find(([one]) => one === endpoint)?.[1] ?? {}
  const own = { ...(endpoint.response.stream ? STREAM : {}), ...special }
  const all = new Map(Object.entries(own).map(([status, words]) => [Number(status), words]))
  for (const status of common(endpoint)) if (!all.has(status)) all.set(status, ERROR_WORDS[status])
  return new Map([...all].sort(([a], [b]) => a - b))
}

function common(endpoint: Endpoint): (keyof typeof ERROR_WORDS)[] {
  const { access, method, params, query, body } = endpoint
  return [
    ...(params || query || body ? ([400] as const) : []),
    ...(access === 'public' ? [] : ([401, 429] as const)),
    ...(access === 'public' && method === 'GET' ? [] : ([403] as const)),
    ...(params ? ([404] as const) : []),
    ...(body ? ([413, 415] as const) : []),
    500,
  ]
}
