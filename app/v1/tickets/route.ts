import { createTicket } from '@/lib/endpoints/tickets'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createTicket, ({ caller, body, services }) => {
    const { ticket, expiresAt } = services.auth.tickets.issue(caller, body.path)
    return { ticket, expires_at: expiresAt }
  }),
})
