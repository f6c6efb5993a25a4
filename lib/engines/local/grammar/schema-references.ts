import { type Keywords, readKeywords, unsupported } from './schema-keywords'

/**
 * Finds what `$ref` points to within a schema.
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-6
 */
export class SchemaReferences {
  readonly #root: Record<string, unknown>
  #anchors: ReadonlyMap<string, unknown> | undefined

  constructor(root: Record<string, unknown>) {
    this.#root = root
  }

  /** @throws AppError `unsupported_schema` when it leads out of the schema or nowhere */
  resolve(pointer: string): Keywords {
    if (!pointer.startsWith('#')) throw unsupported(`the reference \`${pointer}\``)
    const target = /^#[^/]/.test(pointer)
      ? this.#anchored(pointer.slice(1))
      : this.#pointed(pointer)
    if (target === true) return {}
    if (isRecord(target)) return readKeywords(target)
    throw unsupported(`the reference \`${pointer}\`, which leads nowhere`)
  }

  #pointed(pointer: string): unknown {
    let target: unknown = this.#root
    for (const part of pointer.slice(1).split('/').slice(1)) {
      const key = decoded(part)?.replaceAll('~1', '/').replaceAll('~0', '~')
      if (key === undefined || typeof target !== 'object' || target === null) return undefined
      if (!Object.hasOwn(target, key)) return undefined
      target = Reflect.get(target, key)
    }
    return target
  }

  /** The part of the schema that has this `$anchor`; all are looked for once, however many references there are. */
  #anchored(name: string): unknown {
    this.#anchors ??= anchorsOf(this.#root, new Map())
    return this.#anchors.get(name)
  }
}

/** Adds every part that has an `$anchor`, the first of each name. */
function anchorsOf(schema: unknown, found: Map<string, unknown>): ReadonlyMap<string, unknown> {
  if (typeof schema !== 'object' || schema === null) return found
  const name = '$anchor' in schema ? schema.$anchor : undefined
  if (typeof name === 'string' && !found.has(name)) found.set(name, schema)
  for (const part of Object.values(schema)) anchorsOf(part, found)
  return found
}

/** A part of an address; undefined when it is none. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
