import { z } from 'zod'
import { chatSettings, conversation, conversationSummary } from '@/lib/chat/schemas'
import { endpoint } from './endpoint'
import { EXAMPLE_MODEL, MODEL_ERRORS } from './shared'

const conversationId = z.object({ id: z.string().min(1) })
const messageId = conversationId.extend({ message_id: z.string().min(1) })

const content = z
  .string()
  .max(400_000)
  .refine((text) => text.trim() !== '', 'a message needs text')
const model = z.string().min(1).max(300)
const title = z.string().trim().min(1, 'a title needs text').max(200)

const thread = { status: 200, description: 'The conversation.', schema: conversation } as const
const newThread = { ...thread, status: 201 } as const

const ANSWERING = { 409: 'An answer is being written: `answer_running`.' } as const

const common = { tag: 'Chat', access: 'session' } as const

export const listConversations = endpoint({
  ...common,
  method: 'GET',
  path: '/api/chat/conversations',
  summary: 'List conversations, or search in their titles and texts',
  query: z.object({ q: z.string().max(200).optional() }),
  response: {
    status: 200,
    description: 'Last used first.',
    schema: z.object({ conversations: z.array(conversationSummary) }),
  },
})

export const createConversation = endpoint({
  ...common,
  method: 'POST',
  path: '/api/chat/conversations',
  summary: 'Begin a conversation with its first message',
  description:
    'The last message of the answer is the reply, which is being written: its `generation_id` can be attached to at `/v1/generations/{id}/stream`.',
  body: z.object({ content, model, settings: chatSettings.prefault({}) }),
  response: newThread,
  errors: MODEL_ERRORS,
  example: {
    body: { model: EXAMPLE_MODEL, content: 'Tell me a story about a fox and a kite.' },
  },
})

export const getConversation = endpoint({
  ...common,
  method: 'GET',
  path: '/api/chat/conversations/{id}',
  summary: 'Read the branch of a conversation that is shown',
  params: conversationId,
  response: thread,
})

export const updateConversation = endpoint({
  ...common,
  method: 'PATCH',
  path: '/api/chat/conversations/{id}',
  summary: 'Rename a conversation, or change its model or its settings',
  params: conversationId,
  body: z.object({ title, model, settings: chatSettings }).partial(),
  response: thread,
  example: { body: { title: 'A fox and a kite' } },
})

export const deleteConversation = endpoint({
  ...common,
  method: 'DELETE',
  path: '/api/chat/conversations/{id}',
  summary: 'Delete a conversation with all its branches',
  params: conversationId,
  response: { status: 204, description: 'It is gone, and nothing is written in it any more.' },
})

export const exportConversation = endpoint({
  ...common,
  method: 'GET',
  path: '/api/chat/conversations/{id}/export',
  summary: 'Download a conversation as a file',
  description: 'Markdown has the branch that is shown, JSON has them all.',
  params: conversationId,
  query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }),
  response: {
    status: 200,
    description: 'The file, as an attachment.',
    files: ['text/markdown', 'application/json'],
  },
})

export const sendMessage = endpoint({
  ...common,
  method: 'POST',
  path: '/api/chat/conversations/{id}/messages',
  summary: 'Send a message; its answer starts',
  description:
    'It follows the end of the branch that is shown, or the answer `parent_id`; null is the beginning. To edit a message, send another one after the same parent: both stay as branches.',
  params: conversationId,
  body: z.object({ content, parent_id: z.string().nullable().optional() }),
  response: newThread,
  errors: ANSWERING,
  example: { body: { content: 'What happens next?' } },
})

export const regenerateMessage = endpoint({
  ...common,
  method: 'POST',
  path: '/api/chat/conversations/{id}/messages/{message_id}/regenerate',
  summary: 'Answer again; the old answer stays as a branch',
  params: messageId,
  response: newThread,
  errors: ANSWERING,
})

export const showMessage = endpoint({
  ...common,
  method: 'POST',
  path: '/api/chat/conversations/{id}/messages/{message_id}/show',
  summary: 'Walk to the branch that goes through a message',
  params: messageId,
  response: thread,
})
