import { NoPage } from '@/components/shell/no-page'

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <NoPage />
    </main>
  )
}
