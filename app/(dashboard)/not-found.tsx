import { NoPage } from '@/components/shell/no-page'

/** Inside the frame of the dashboard, which has its `main` already. */
export default function NotFound() {
  return (
    <div className="grid min-h-[calc(100dvh-3.5rem)] place-items-center sm:min-h-dvh">
      <NoPage />
    </div>
  )
}
