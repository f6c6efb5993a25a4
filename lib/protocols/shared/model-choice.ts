import type { Engine } from '@/lib/engines/types'

/** Knows which model a name means; without a name, the one that was used last. */
export type ModelNames = { resolveId(name?: string): Promise<string> }

/** Finds the model that a request means. */
export class ModelChoice {
  constructor(
    private readonly engine: Pick<Engine, 'status'>,
    private readonly names: ModelNames,
  ) {}

  /**
   * The id of the model that was named, else of one that is loaded, because it answers soonest, else of the one that
   * was used last.
   * @throws AppError 404 `model_not_found`.
   */
  async resolve(name: string | null | undefined): Promise<string> {
    if (name) return this.names.resolveId(name)
    const loaded = this.engine.status().find(({ state }) => state === 'ready')
    return loaded?.model ?? this.names.resolveId()
  }
}
