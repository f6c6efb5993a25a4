import { askerOf } from '@/lib/chat/asker'
import { showMessage } from '@/lib/endpoints/chat'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(showMessage, ({ caller, params, services }) =>
    services.chat.show(askerOf(caller).userId, params.id, params.message_id),
  ),
})
