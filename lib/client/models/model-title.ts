import type { InstalledModel } from './queries'
import { refTitle } from './ref-title'

/** What a model is called: the name of its id, which is what people asked for; headers often say less. */
export function modelTitle(model: Pick<InstalledModel, 'id' | 'name' | 'builtin'>): string {
  if (model.builtin && model.name) return model.name
  return refTitle(model.id).name
}
