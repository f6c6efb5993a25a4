import { streamGeneration } from '@/lib/endpoints/generations'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(streamGeneration, (call) => {
    const { responder } = call.services
    return responder.attach(call, responder.find(call.caller, call.params.id))
  }),
})
