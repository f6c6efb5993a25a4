import type { ConversationSummary } from '@/lib/chat/schemas'

export type DayGroup = { label: string; conversations: ConversationSummary[] }

const WEEK_DAYS = 7

/** Conversations under the day when they were last used, in the order they come in. Times in ms since 1970. */
export function groupByDay(conversations: readonly ConversationSummary[], now: number): DayGroup[] {
  const groups: DayGroup[] = []
  for (const conversation of conversations) {
    const label = dayLabel(conversation.updated_at, now)
    const last = groups.at(-1)
    if (last?.label === label) last.conversations.push(conversation)
    else groups.push({ label, conversations: [conversation] })
  }
  return groups
}

function dayLabel(at: number, now: number): string {
  const date = new Date(at)
  const days = daysBetween(date, new Date(now))
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days < WEEK_DAYS) return date.toLocaleDateString('en', { weekday: 'long' })
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return date.toLocaleDateString('en', {
    month: 'long',
    ...(sameYear ? { day: 'numeric' } : { year: 'numeric' }),
  })
}

/** Whole calendar days; a day of 23 or 25 hours still counts as one. */
function daysBetween(from: Date, to: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return (day(to) - day(from)) / 86_400_000
}
