import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type InstalledModel, modelsQuery } from '../models/queries'

/** A model that one can talk to. */
export type ChatModel = {
  id: string
  name: string
  /** Tokens of context that a conversation with it has; null while nobody knows. */
  contextTokens: number | null
  /** What can be chosen about its thinking. */
  thinking: InstalledModel['thinking']
}

/** The models that can be chosen, the one used last first. `loaded` is whether the list is known. */
export function useChatModels(): { models: readonly ChatModel[]; loaded: boolean } {
  const { data } = useQuery({ ...modelsQuery(), select: toChatModels })
  return { models: data ?? [], loaded: data !== undefined }
}

/** How to wait for the models that can be chosen, for whoever is quicker than their list. */
export function useLoadChatModels(): () => Promise<readonly ChatModel[]> {
  const queryClient = useQueryClient()
  return async () => toChatModels(await queryClient.ensureQueryData(modelsQuery()))
}

/** A model's name; its id while it is not installed, or the list is not known yet. */
export function useModelName(id: string | null): string {
  const { models } = useChatModels()
  return models.find((model) => model.id === id)?.name ?? id ?? 'a model'
}

function toChatModels(installed: readonly InstalledModel[]): ChatModel[] {
  return installed
    .filter(({ missing }) => !missing)
    .sort((a, b) => (b.last_used_at ?? 0) - (a.last_used_at ?? 0))
    .map(({ id, name, loaded, context_length, thinking }) => ({
      id,
      thinking,
      name: name ?? id,
      contextTokens: loaded?.context_size ?? context_length,
    }))
}
