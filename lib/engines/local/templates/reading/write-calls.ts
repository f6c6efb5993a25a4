import type { ToolCall } from '../../../types'
import { readJson } from '../jinja/json-reader'
import { repr, toJson } from '../jinja/python-text'
import { TaintedString } from '../jinja/tainted-string'
import { Dict, type Value } from '../jinja/values'
import { HOLE, type ValueType, type WrittenArguments, type WrittenCalls } from './written-calls'

/** An id that fits every family. */
const ID = 'call00001'

/** Calls in a family's own form, for templates that leave them out. Arguments that are no JSON object stand as they are. */
export function writeCalls(
  written: WrittenCalls,
  calls: readonly Pick<ToolCall, 'name' | 'arguments'>[],
): string {
  const { first, next, last } = written
  const texts = calls.map(({ name, arguments: json }, at) => {
    const filled = (text: string) =>
      text.replaceAll(HOLE.name, name).replaceAll(HOLE.id, ID).replaceAll(HOLE.count, String(at))
    const body = filled(written.afterName) + writeArguments(written.arguments, json)
    // Where there can't be a second one, each is written as if it were alone.
    const end = next === null || at === calls.length - 1 ? last : ''
    return `${filled(at > 0 && next !== null ? next : first)}${name}${body}${filled(end)}`
  })
  return texts.join(next === null ? '\n' : '')
}

function writeArguments(form: WrittenArguments, json: string): string {
  const members = form.kind === 'json' ? undefined : membersOf(json)
  if (form.kind === 'json' || !members) return json
  switch (form.kind) {
    case 'literal': {
      const { assign, dialect } = form.form
      if (assign === '=')
        return members.map(([key, value]) => `${key}=${repr(value).value}`).join(', ')
      const [quote = ''] = dialect.quotes
      const textOf = (value: Value) =>
        value instanceof TaintedString ? quote + value.value + quote : jsonText(value)
      return members.map(([key, value]) => `${key}:${textOf(value)}`).join(',')
    }
    case 'tagged':
      return members
        .map(
          ([key, value]) =>
            form.beforeKey + key + form.afterKey[typeOf(value)] + plain(value) + form.afterValue,
        )
        .join('')
    case 'nested':
      return members
        .map(([key, value]) => `${form.prefix}<${key}>${plain(value)}${form.prefix}</${key}>`)
        .join('')
  }
}

const jsonText = (value: Value): string =>
  toJson(value, {
    indent: null,
    itemSeparator: ', ',
    keySeparator: ': ',
    sortKeys: false,
    ensureAscii: false,
  }).value

const plain = (value: Value): string =>
  value instanceof TaintedString ? value.value : jsonText(value)

/** The members of a JSON object, with all digits of its numbers; undefined for anything else. */
function membersOf(json: string): [string, Value][] | undefined {
  try {
    const value = readJson(TaintedString.plain(json))
    if (value instanceof Dict)
      return value.entries().map(([key, member]): [string, Value] => [plain(key), member])
  } catch {
    // No JSON: it stands as it is.
  }
  return undefined
}

function typeOf(value: Value): ValueType {
  if (value === null) return 'null'
  if (value instanceof TaintedString) return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return 'number'
  return Array.isArray(value) ? 'array' : 'object'
}
