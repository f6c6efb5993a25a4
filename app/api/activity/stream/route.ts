import { watchActivity } from '@/lib/endpoints/activity'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(watchActivity, ({ request, caller, services }) =>
    services.activity.watch(request, caller),
  ),
})
