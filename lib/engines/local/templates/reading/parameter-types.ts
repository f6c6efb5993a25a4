import type { ToolDefinition } from '../../../types'
import { PYTHON, readLooseValue, scalar } from './loose-value'

type Schema = Readonly<Record<string, unknown>>

/** The schema of a parameter of a tool; undefined when it says none. */
export function parameterSchema(
  tool: ToolDefinition | undefined,
  name: string,
): Schema | undefined {
  return resolved(tool?.parameters, member(tool?.parameters, 'properties', name))
}

/** What a schema refers to within that of all arguments. */
function resolved(root: unknown, schema: Schema | undefined): Schema | undefined {
  const pointer = schema?.$ref
  if (typeof pointer !== 'string' || !pointer.startsWith('#/')) return schema
  const target = member(root, ...pointer.slice(2).split('/'))
  return target && target.$ref === undefined ? { ...target, ...schema } : schema
}

/** The schema of a member, or of the items of a list. */
export function member(schema: unknown, ...path: readonly string[]): Schema | undefined {
  let at: unknown = schema
  for (const name of path) at = isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined
  return isSchema(at) ? at : undefined
}

/** Whether nothing but a text fits the schema, so that it can be passed on as it comes. */
export function isTextOnly(schema: Schema | undefined): boolean {
  if (!schema) return false
  const { type, enum: values } = schema
  if (Array.isArray(values)) return values.every((value) => typeof value === 'string')
  return type === 'string' || (Array.isArray(type) && type.length === 1 && type[0] === 'string')
}

/** A value that a family wrote without quotes, as JSON: what the schema allows decides where it could be either. */
export function untypedValue(text: string, schema: Schema | undefined): string {
  if (isTextOnly(schema)) return JSON.stringify(text)
  const trimmed = text.trim()
  const json = jsonOf(trimmed)
  if (json === undefined || (json.startsWith('"') && allowsText(schema)))
    return JSON.stringify(text)
  // A number is a text where only a text, or something else, is allowed.
  const types = [schema?.type ?? []].flat()
  return types.includes('string') && !types.some((type) => isOfType(json, type))
    ? JSON.stringify(text)
    : json
}

function isOfType(json: string, type: unknown): boolean {
  switch (type) {
    case 'null':
    case 'object':
      return type === 'null' ? json === 'null' : json.startsWith('{')
    case 'array':
      return json.startsWith('[')
    case 'boolean':
      return json === 'true' || json === 'false'
    case 'integer':
    case 'number':
      return /^[-\d]/.test(json)
    default:
      return false
  }
}

/** JSON as it stands, or from Python's literals; undefined for what is neither. */
function jsonOf(text: string): string | undefined {
  const word = scalar(text)
  if (word !== undefined) return word
  try {
    JSON.parse(text)
    return text
  } catch {
    const value = /^[[{(]/.test(text) ? readLooseValue(text, 0, PYTHON) : undefined
    return value === undefined || value === 'more' || value.end !== text.length
      ? undefined
      : value.json
  }
}

/** A text that looks like JSON in quotes is the text with its quotes, unless the family means JSON. */
const allowsText = (schema: Schema | undefined): boolean => {
  const type = schema?.type
  return type === undefined || type === 'string' || (Array.isArray(type) && type.includes('string'))
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
