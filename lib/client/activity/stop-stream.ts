import { useMutation } from '@tanstack/react-query'
import type { stopGeneration } from '@/lib/api/endpoints/generations'
import { call } from '../api'

/** Stops a generation; what it has written stays readable. The feed tells that it has ended. */
export function useStopStream() {
  return useMutation({
    mutationFn: (id: string) =>
      call<typeof stopGeneration>('DELETE /v1/generations/{id}', { params: { id } }),
  })
}
