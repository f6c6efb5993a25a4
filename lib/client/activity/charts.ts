import type { ActivitySlice, ActivityState } from './reduce-activity'

/** The course of one number. */
export type Course = { values: (number | null)[]; latest: number | null; highest: number | null }

export type Courses = {
  /** How far back the charts reach. */
  spanMs: number
  tokensPerSecond: Course
  firstTokenMs: Course
  subscribers: Course
  memoryBytes: Course
}

const MAX_POINTS = 90
const MINUTE_MS = 60_000
/** A server that has just started has no hour to show: the charts grow with what is known. */
const SPANS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS]
const HOUR_MS = 60 * MINUTE_MS

/** The charts of the overview: the last minutes, up to an hour, in at most 90 points, so that a line stays readable on a phone. */
export function coursesOf({ slices, sliceMs }: Pick<ActivityState, 'slices' | 'sliceMs'>): Courses {
  const known = (slices.at(-1)?.at ?? 0) - (slices[0]?.at ?? 0)
  const spanMs = SPANS_MS.find((span) => known < span) ?? HOUR_MS
  const groups = groupSlices(slices, spanMs, Math.min(MAX_POINTS, spanMs / sliceMs))
  const seconds = sliceMs / 1000
  return {
    spanMs,
    tokensPerSecond: course(groups, ({ tokens }) => tokens / seconds, mean),
    firstTokenMs: course(groups, ({ first_token_ms }) => first_token_ms, mean),
    subscribers: course(groups, ({ subscribers }) => subscribers, highest),
    memoryBytes: course(groups, ({ memory_bytes }) => memory_bytes, highest),
  }
}

/** The time up to the newest slice, in equal parts; parts before the server started are empty. */
function groupSlices(
  slices: readonly ActivitySlice[],
  spanMs: number,
  points: number,
): ActivitySlice[][] {
  const groups: ActivitySlice[][] = Array.from({ length: points }, () => [])
  const end = slices.at(-1)?.at ?? 0
  for (const slice of slices) {
    const age = (end - slice.at) / spanMs
    groups[points - 1 - Math.floor(age * points)]?.push(slice)
  }
  return groups
}

function course(
  groups: readonly ActivitySlice[][],
  read: (slice: ActivitySlice) => number | null,
  join: (values: readonly number[]) => number | null,
): Course {
  const values = groups.map((group) => join(group.flatMap((slice) => read(slice) ?? [])))
  const known = values.flatMap((value) => value ?? [])
  return { values, latest: known.at(-1) ?? null, highest: highest(known) }
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}
