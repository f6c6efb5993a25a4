import { type Keywords, readKeywords, unsupported } from './schema-keywords'

/**
 * Finds what `$ref` points to within a schema.
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-6
 */
export class SchemaReferences {
  readonly #root: Record<string, unknown>

  constructor(root: Record<string, unknown>) {
    this.#root = root
  }

  /** @throws AppError `unsupported_schema` when it leads out of the schema or nowhere */
  resolve(pointer: string): Keywords {
    if (!pointer.startsWith('#')) throw unsupported(`the reference \`${pointer}\``)
    const target = /^#[^/]/.test(pointer)
      ? this.#anchored(this.#root, pointer.slice(1))
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

  /** The part of a schema that has this `$anchor`. */
  #anchored(schema: unknown, name: string): unknown {
    if (typeof schema !== 'object' || schema === null) return undefined
    if ('$anchor' in schema && schema.$anchor === name) return schema
    for (const part of Object.values(schema)) {
      const found = this.#anchored(part, name)
      if (found !== undefined) return found
    }
    return undefined
  }
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
