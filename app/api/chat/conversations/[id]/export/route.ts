import { exportConversation } from '@/lib/api/endpoints/chat'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { askerOf } from '@/lib/chat/types'

export const dynamic = 'force-dynamic'

const TYPES = { markdown: 'text/markdown; charset=utf-8', json: 'application/json; charset=utf-8' }

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(exportConversation, async ({ caller, params, query, services }) => {
    const { userId } = askerOf(caller)
    const { disposition, text } = await services.chat.export(userId, params.id, query.format)
    return new Response(text, {
      headers: {
        'Content-Type': TYPES[query.format],
        'Content-Disposition': disposition,
      },
    })
  }),
})
