import { createConversation, listConversations } from '@/lib/api/endpoints/chat'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { askerOf } from '@/lib/chat/types'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listConversations, async ({ caller, query, services }) => ({
    conversations: await services.chat.list(askerOf(caller).userId, query.q),
  })),
  POST: route(createConversation, ({ caller, body, services }) =>
    services.chat.create(askerOf(caller), body),
  ),
})
