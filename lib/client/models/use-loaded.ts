import { useActivity } from '../activity/use-activity'
import type { InstalledModel } from './queries'

/** How a model is in memory. */
export type Loaded = Pick<
  NonNullable<InstalledModel['loaded']>,
  'state' | 'progress' | 'memory_bytes' | 'active' | 'queued'
>

/** How each model is in memory: live when the activity feed is there, else as it was read. Null when it is not loaded. */
export function useLoaded(): (model: InstalledModel) => Loaded | null {
  const { now, models } = useActivity().state
  return ({ id, loaded }) => (now ? (models.find(({ model }) => model === id) ?? null) : loaded)
}
