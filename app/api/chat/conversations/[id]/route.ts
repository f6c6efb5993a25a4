import { deleteConversation, getConversation, updateConversation } from '@/lib/api/endpoints/chat'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { askerOf } from '@/lib/chat/types'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getConversation, ({ caller, params, services }) =>
    services.chat.open(askerOf(caller).userId, params.id),
  ),
  PATCH: route(updateConversation, ({ caller, params, body, services }) =>
    services.chat.update(askerOf(caller).userId, params.id, body),
  ),
  DELETE: route(deleteConversation, ({ caller, params, services }) =>
    services.chat.delete(askerOf(caller).userId, params.id),
  ),
})
