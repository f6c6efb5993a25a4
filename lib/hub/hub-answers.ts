import { z } from 'zod'
import { isGguf } from '@/lib/models/file-names'
import { invalidHubResponse } from './hub-errors'
import { isSafePath } from './reference'

/** A model as a search shows it. */
export type HubModel = {
  /** `owner/name`. */
  id: string
  downloads: number
  likes: number
  gated: boolean
  licence: string | null
  tags: readonly string[]
  /** Milliseconds since 1970. */
  updatedAt: number | null
}

/** A file of a repository. */
export type HubFile = {
  path: string
  /** Bytes. */
  size: number
  /** Lower-case hex; null for small files, which the hub keeps without one. */
  sha256: string | null
}

/** A model with its files at one commit. */
export type HubRepository = HubModel & { revision: string; files: readonly HubFile[] }

/** What the library gives for a model. */
export const modelSchema = z.object({
  name: z.string().refine(isRepositoryName),
  sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  downloads: z.number().catch(0),
  likes: z.number().catch(0),
  gated: z.union([z.literal(false), z.string()]).catch(false),
  tags: z.array(z.string()).catch([]),
  updatedAt: z.date().nullable().catch(null),
})

/** What the library gives for an entry of a listing that is a file of a model. Others may look as they like. */
const ggufSchema = z.object({ type: z.literal('file'), path: z.string().refine(isGguf) })

const factsSchema = z.object({
  size: z.int().min(0),
  lfs: z
    .object({
      oid: z.string().regex(/^(sha256:)?[0-9a-f]{64}$/i),
      size: z.int().min(0),
    })
    .nullish(),
})

/**
 * A file of a model in our words; null for any other entry of a listing, and for a path that may not be written.
 * @param endpoint the hub that gave it.
 * @throws AppError 502 `hub_error` for one that lacks its size, or has a hash that is none.
 */
export function toFile(given: unknown, endpoint: string): HubFile | null {
  const named = ggufSchema.safeParse(given)
  if (!named.success || !isSafePath(named.data.path)) return null
  const { path } = named.data
  const facts = factsSchema.safeParse(given)
  if (!facts.success)
    throw invalidHubResponse(endpoint, `with ${path}, which lacks its size or hash`, facts.error)
  const { size, lfs } = facts.data
  const sha256 = lfs?.oid.replace(/^sha256:/i, '').toLowerCase() ?? null
  return { path, size: lfs?.size ?? size, sha256 }
}

function isRepositoryName(name: string): boolean {
  return isSafePath(name) && name.split('/').length === 2
}

/** A model in our words. */
export function toModel(model: z.infer<typeof modelSchema>): HubModel {
  const licence = model.tags.find((tag) => tag.startsWith('license:'))
  return {
    id: model.name,
    downloads: model.downloads,
    likes: model.likes,
    gated: model.gated !== false,
    licence: licence?.slice('license:'.length) ?? null,
    tags: model.tags,
    updatedAt: model.updatedAt?.getTime() ?? null,
  }
}
