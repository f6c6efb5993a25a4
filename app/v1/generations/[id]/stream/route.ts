import { streamGeneration } from '@/lib/api/endpoints/generations'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(streamGeneration, (call) => {
    const { responder } = call.services
    return responder.attach(call, responder.find(call.caller, call.params.id))
  }),
})
