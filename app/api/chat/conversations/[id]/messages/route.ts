import { askerOf } from '@/lib/chat/asker'
import { sendMessage } from '@/lib/endpoints/chat'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(sendMessage, ({ caller, params, body, services }) =>
    services.chat.send(askerOf(caller), params.id, {
      content: body.content,
      parentId: body.parent_id,
    }),
  ),
})
