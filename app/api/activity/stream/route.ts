import { watchActivity } from '@/lib/endpoints/activity'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(watchActivity, ({ request, caller, services }) =>
    services.activity.watch(request, caller),
  ),
})
