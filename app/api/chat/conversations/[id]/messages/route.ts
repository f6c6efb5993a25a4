import { sendMessage } from '@/lib/api/endpoints/chat'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { askerOf } from '@/lib/chat/types'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(sendMessage, ({ caller, params, body, services }) =>
    services.chat.send(askerOf(caller), params.id, {
      content: body.content,
      parentId: body.parent_id,
    }),
  ),
})
