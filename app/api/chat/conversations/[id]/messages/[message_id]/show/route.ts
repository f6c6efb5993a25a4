import { showMessage } from '@/lib/api/endpoints/chat'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { askerOf } from '@/lib/chat/types'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(showMessage, ({ caller, params, services }) =>
    services.chat.show(askerOf(caller).userId, params.id, params.message_id),
  ),
})
