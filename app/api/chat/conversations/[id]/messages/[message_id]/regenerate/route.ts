import { askerOf } from '@/lib/chat/asker'
import { regenerateMessage } from '@/lib/endpoints/chat'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(regenerateMessage, ({ caller, params, services }) =>
    services.chat.regenerate(askerOf(caller), params.id, params.message_id),
  ),
})
