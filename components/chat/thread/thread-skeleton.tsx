import { Skeleton } from '@/components/ui/skeleton'

/** A conversation that is on its way. */
export function ThreadSkeleton() {
  return (
    <div
      role="status"
      aria-label="The conversation is loading"
      className="flex min-w-0 flex-1 flex-col"
    >
      <div className="flex h-14 items-center border-b px-5">
        <Skeleton className="w-48" />
      </div>
      <div className="mx-auto grid w-full max-w-184 gap-6 px-4 pt-6 sm:px-6">
        <Skeleton className="h-10 w-64 justify-self-end" />
        <div className="grid gap-3">
          <Skeleton className="w-32" />
          <Skeleton />
          <Skeleton />
          <Skeleton className="w-2/3" />
        </div>
      </div>
    </div>
  )
}
