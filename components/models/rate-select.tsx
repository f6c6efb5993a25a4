'use client'

import { useQuery } from '@tanstack/react-query'
import { Select } from '@/components/ui/select'
import { toastError } from '@/components/ui/toast'
import { useSetRate } from '@/lib/client/downloads/mutations'
import { rateQuery } from '@/lib/client/downloads/queries'
import { formatSpeed } from '@/lib/client/format'

const STEPS = [1, 5, 10, 25, 50, 100].map((megabytes) => megabytes * 1_000_000)
const NO_LIMIT = 'none'

/** How fast all downloads together may be; it acts at once. */
export function RateSelect() {
  const { data: rate } = useQuery(rateQuery())
  const { mutate } = useSetRate()
  if (rate === undefined) return null
  // A limit from the environment or the API may be none of the steps.
  const steps =
    rate === null || STEPS.includes(rate) ? STEPS : [...STEPS, rate].sort((a, b) => a - b)
  const options = [
    { value: NO_LIMIT, label: 'No speed limit' },
    ...steps.map((step) => ({ value: String(step), label: `At most ${formatSpeed(step)}` })),
  ]
  return (
    <Select
      label="Speed limit"
      value={rate === null ? NO_LIMIT : String(rate)}
      onChange={(value) =>
        mutate(value === NO_LIMIT ? null : Number(value), { onError: toastError })
      }
      options={options}
      look="quiet"
    />
  )
}
