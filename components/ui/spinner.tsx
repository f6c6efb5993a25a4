import { LoaderCircle } from 'lucide-react'
import { cn } from './cn'

/** Says without words that something is under way; the text beside it says what. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn('size-4 animate-turn', className)} />
}
