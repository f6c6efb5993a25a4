import { createTicket } from '@/lib/api/endpoints/server'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createTicket, ({ caller, body, services }) => {
    const { ticket, expiresAt } = services.auth.tickets.issue(caller, body.path)
    return { ticket, expires_at: expiresAt }
  }),
})
