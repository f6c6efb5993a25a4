import { streamGeneration } from '@/lib/endpoints/generations'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(streamGeneration, (call) => {
    const { responder } = call.services
    return responder.attach(call, responder.find(call.caller, call.params.id))
  }),
})
