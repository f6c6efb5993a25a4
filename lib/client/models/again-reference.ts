import type { InstalledModel } from './queries'

/** What to download to replace the missing or damaged files of a model; null when they are whole, or came from elsewhere. */
export function againReference({
  id,
  ref,
  missing,
  damaged,
}: Pick<InstalledModel, 'id' | 'ref' | 'missing' | 'damaged'>): string | null {
  if (!missing && !damaged) return null
  if (/^https?:/i.test(ref)) return ref
  if (/^(?:builtin|file):/i.test(ref)) return null
  // A reference may leave the quantization to the machine, or be of a branch: the id names what is installed.
  return id.includes('@') ? ref : `hf:${id}`
}
