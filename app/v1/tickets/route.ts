import { createTicket } from '@/lib/endpoints/tickets'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createTicket, ({ caller, body, services }) => {
    const { ticket, expiresAt } = services.auth.tickets.issue(caller, body.path)
    return { ticket, expires_at: expiresAt }
  }),
})
