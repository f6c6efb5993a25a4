import { watchActivity } from '@/lib/api/endpoints/activity'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(watchActivity, ({ request, caller, services }) =>
    services.activity.watch(request, caller),
  ),
})
