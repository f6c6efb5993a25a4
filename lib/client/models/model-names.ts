import type { InstalledModel } from './queries'

/** A reference as people would call the model. */
export type RefTitle = { name: string; quantization: string | null }

const QUANTIZATION = /(?:^|[-_.:/])((?:I?Q\d|TQ\d|MXFP\d|BF16|F16|F32)[A-Z0-9_]*)(?=$|[-.@])/i

/**
 * The name and quantization that a reference or an id stands for:
 * `hf:Qwen/Qwen3-4B-GGUF:Q4_K_M` is `Qwen3-4B` and `Q4_K_M`.
 */
export function refTitle(ref: string): RefTitle {
  const path = ref
    .replace(/^(?:hf|builtin):/i, '')
    .replace(/[?#].*$/, '')
    // A revision may hold slashes; in an address an @ is part of it.
    .replace(/^https?:/i.test(ref) ? /@[^/@]*$/ : /@.*$/, '')
  const quantization = QUANTIZATION.exec(path)?.[1]?.toUpperCase() ?? null
  const [withoutTag = path] = path.split(/:(?!\/\/)/)
  const segments = withoutTag.split('/').filter(Boolean)
  const last = segments.at(-1) ?? ref
  const isFile = /\.gguf$/i.test(last)
  const name = isFile ? last.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '') : last
  return { name: trimName(name, quantization), quantization }
}

function trimName(name: string, quantization: string | null): string {
  const withoutFormat = name.replace(/[-_.]gguf$/i, '')
  if (!quantization) return withoutFormat
  const suffix = new RegExp(`[-_.]${quantization}$`, 'i')
  return withoutFormat.replace(suffix, '') || withoutFormat
}

/** Whether a text is a reference that can be downloaded, rather than words to search for. */
export function isReference(text: string): boolean {
  return /^(?:hf:[\w.-]+\/[\w.-]+|builtin:\w|https?:\/\/\S+\.gguf|(?:https?:\/\/)?(?:(?:www\.)?huggingface|hf)\.co\/[\w.-]+\/[\w.-]+)/i.test(
    text.trim(),
  )
}

/** What a model is called: the name of its id, which is what people asked for; headers often say less. */
export function modelTitle(model: Pick<InstalledModel, 'id' | 'name' | 'builtin'>): string {
  if (model.builtin && model.name) return model.name
  return refTitle(model.id).name
}

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
