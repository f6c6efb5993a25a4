import { getDownloadRate, setDownloadRate } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getDownloadRate, ({ services }) => ({
    bytes_per_second: services.downloads.limiter.rate,
  })),
  PUT: route(setDownloadRate, ({ services, body, note }) => {
    services.downloads.limiter.setRate(body.bytes_per_second)
    note({ details: body })
    return body
  }),
})
