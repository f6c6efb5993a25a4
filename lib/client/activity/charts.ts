import type { ActivitySlice, ActivityState } from './reduce-activity'

/** The course of one number over the last hour. */
export type Course = { values: (number | null)[]; latest: number | null; highest: number | null }

export type Courses = {
  tokensPerSecond: Course
  firstTokenMs: Course
  subscribers: Course
  memoryBytes: Course
}

const POINTS = 90
const HOUR_MS = 3_600_000

/** The charts of the overview: the last hour in 90 points, so that a line stays readable on a phone. */
export function coursesOf({ slices, sliceMs }: Pick<ActivityState, 'slices' | 'sliceMs'>): Courses {
  const groups = groupSlices(slices)
  const seconds = sliceMs / 1000
  return {
    tokensPerSecond: course(groups, ({ tokens }) => tokens / seconds, mean),
    firstTokenMs: course(groups, ({ first_token_ms }) => first_token_ms, mean),
    subscribers: course(groups, ({ subscribers }) => subscribers, highest),
    memoryBytes: course(groups, ({ memory_bytes }) => memory_bytes, highest),
  }
}

/** The hour up to the newest slice, in equal parts; parts before the server started are empty. */
function groupSlices(slices: readonly ActivitySlice[]): ActivitySlice[][] {
  const groups: ActivitySlice[][] = Array.from({ length: POINTS }, () => [])
  const end = slices.at(-1)?.at ?? 0
  for (const slice of slices) {
    const age = (end - slice.at) / HOUR_MS
    const group = groups[POINTS - 1 - Math.floor(age * POINTS)]
    group?.push(slice)
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
