import * as accounts from '@/lib/api/endpoints/accounts'
import * as chat from '@/lib/api/endpoints/chat'
import * as downloads from '@/lib/api/endpoints/downloads'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { getHubModel, searchHub } from '@/lib/api/endpoints/hub'
import * as inference from '@/lib/api/endpoints/inference'
import { createKey, updateKey } from '@/lib/api/endpoints/keys'
import * as models from '@/lib/api/endpoints/models'
import * as openai from '@/lib/api/endpoints/openai'
import { createInvite, updatePerson } from '@/lib/api/endpoints/people'
import { createTicket } from '@/lib/api/endpoints/tickets'

/** A call to begin with. Most work as they are; ids of what somebody else makes are left empty. */
export type Example = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const MODEL = 'storyteller'
const STORYTELLER = { params: { id: MODEL } }
const PASSWORD = 'correct horse battery'

const EXAMPLES: readonly (readonly [Endpoint, Example])[] = [
  [inference.infer, { body: { prompt: 'Once upon a time', max_tokens: 60, stream: true } }],
  [
    inference.inferByQuery,
    { query: { prompt: 'Once upon a time', max_tokens: '60', stream: 'true' } },
  ],
  [inference.tokenize, { body: { text: 'Once upon a time' } }],
  [inference.detokenize, { body: { tokens: [1, 2, 3] } }],
  [
    openai.createChatCompletion,
    {
      body: {
        model: MODEL,
        messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
        stream: true,
      },
    },
  ],
  [
    openai.createCompletion,
    { body: { model: MODEL, prompt: 'Once upon a time', max_tokens: 60, stream: true } },
  ],
  [openai.createEmbeddings, { body: { model: MODEL, input: 'A fox and a kite.' } }],
  [models.getModel, STORYTELLER],
  [models.updateModel, { ...STORYTELLER, body: { notes: 'Small and quick.', tags: ['stories'] } }],
  [models.deleteModel, { params: { id: 'hf/owner/name' } }],
  [models.loadModel, STORYTELLER],
  [models.unloadModel, STORYTELLER],
  [models.verifyModel, STORYTELLER],
  [searchHub, { query: { q: 'qwen', limit: '5' } }],
  [getHubModel, { params: { id: 'Qwen/Qwen3-0.6B-GGUF' } }],
  [downloads.startDownload, { body: { model_ref: 'builtin:storyteller' } }],
  [downloads.moveDownload, { body: { direction: 'up' } }],
  [downloads.setDownloadRate, { body: { bytes_per_second: 10_000_000 } }],
  [
    chat.createConversation,
    { body: { model: MODEL, content: 'Tell me a story about a fox and a kite.' } },
  ],
  [chat.updateConversation, { body: { title: 'A fox and a kite' } }],
  [chat.sendMessage, { body: { content: 'What happens next?' } }],
  [
    createKey,
    { body: { name: 'home assistant', scopes: ['infer', 'models:read'], requests_per_minute: 60 } },
  ],
  [updateKey, { body: { name: 'home assistant', tokens_per_day: 100_000 } }],
  [createInvite, { body: { role: 'user', email: 'grace@example.org' } }],
  [updatePerson, { body: { role: 'admin' } }],
  [createTicket, { body: { path: '/v1/models/download/progress' } }],
  [accounts.updateAccount, { body: { name: 'Ada Lovelace' } }],
  [accounts.changePassword, { body: { current: PASSWORD, next: `${PASSWORD} staple` } }],
  [accounts.acceptInvite, { body: { token: 'from-the-link', name: 'Grace', password: PASSWORD } }],
  [
    accounts.setUp,
    {
      body: {
        token: 'from-the-terminal',
        name: 'Ada Lovelace',
        email: 'ada@example.org',
        password: PASSWORD,
      },
    },
  ],
]

/** What a call of an endpoint looks like. */
export function exampleOf(endpoint: Endpoint): Example {
  return EXAMPLES.find(([one]) => one === endpoint)?.[1] ?? {}
}
