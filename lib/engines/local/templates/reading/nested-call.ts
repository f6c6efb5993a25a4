import type { ToolDefinition } from '../../../types'
import type { TextInput } from './call-body'
import { type CallBody, type CallSink, LONGEST_HEAD } from './call-body'
import { member, parameterSchema, untypedValue } from './parameter-types'

type Node = { name: string; text: string; children: Node[] }

/**
 * A call whose arguments are elements named as the parameters, and elements in these, as MiniMax M3 writes it: the items
 * of a list are called `item`. Each argument is passed on when it is complete.
 */
export class NestedCall implements CallBody {
  #tool: ToolDefinition | undefined
  #isBegun = false
  #count = 0
  readonly #prefix: string
  readonly #tools: ReadonlyMap<string, ToolDefinition>

  /** @param prefix what stands before each tag, so that texts may have tags in them */
  constructor(prefix: string, tools: ReadonlyMap<string, ToolDefinition>) {
    this.#prefix = prefix
    this.#tools = tools
  }

  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none' {
    if (!this.#isBegun) {
      const head = /^([^"<>\n]+)">/.exec(input.text)
      if (!head)
        return /^[^"<>\n]*"?$/.test(input.text) && input.text.length < LONGEST_HEAD
          ? 'more'
          : 'none'
      const name = head[1] ?? ''
      sink.begin(name)
      sink.write('{')
      this.#tool = this.#tools.get(name)
      input.take(head[0].length)
      this.#isBegun = true
    }
    for (;;) {
      const { text } = input
      const at = text.length - text.trimStart().length
      const tag = this.#tag(text, at)
      if (tag === 'more') return 'more'
      if (tag === undefined || tag.isEnd) {
        sink.write('}')
        input.take(tag ? tag.end : 0)
        return 'done'
      }
      const node = this.#node(text, tag.name, tag.end)
      if (node === undefined) return 'more'
      const json = toJson(node.node, parameterSchema(this.#tool, tag.name))
      sink.write(`${this.#count++ > 0 ? ', ' : ''}${JSON.stringify(tag.name)}: ${json}`)
      input.take(node.end)
    }
  }

  end(_input: TextInput, sink: CallSink): void {
    sink.write('}')
  }

  #tag(
    text: string,
    at: number,
  ): { name: string; isEnd: boolean; end: number } | 'more' | undefined {
    const open = `${this.#prefix}<`
    const rest = text.slice(at)
    if (rest.length < open.length) return open.startsWith(rest) ? 'more' : undefined
    if (!rest.startsWith(open)) return undefined
    const close = rest.indexOf('>', open.length)
    if (close < 0) return 'more'
    const name = rest.slice(open.length, close)
    if (name.includes('<')) return undefined
    const isEnd = name.startsWith('/')
    return { name: isEnd ? name.slice(1) : name, isEnd, end: at + close + 1 }
  }

  #node(text: string, name: string, from: number): { node: Node; end: number } | undefined {
    const node: Node = { name, text: '', children: [] }
    for (let at = from; ; ) {
      const next = text.indexOf(`${this.#prefix}<`, at)
      if (next < 0) return undefined
      node.text += text.slice(at, next)
      const tag = this.#tag(text, next)
      if (tag === undefined || tag === 'more') return undefined
      if (tag.isEnd) return { node, end: tag.end }
      const child = this.#node(text, tag.name, tag.end)
      if (!child) return undefined
      node.children.push(child.node)
      at = child.end
    }
  }
}

function toJson(
  { text, children }: Node,
  schema: Readonly<Record<string, unknown>> | undefined,
): string {
  if (children.length === 0) {
    const isEmptyOf = (type: string) => text.trim() === '' && schema?.type === type
    return isEmptyOf('array') ? '[]' : isEmptyOf('object') ? '{}' : untypedValue(text, schema)
  }
  if (children.every(({ name }) => name === 'item'))
    return `[${children.map((child) => toJson(child, member(schema, 'items'))).join(', ')}]`
  const members = children.map(
    (child) =>
      `${JSON.stringify(child.name)}: ${toJson(child, member(schema, 'properties', child.name))}`,
  )
  return `{${members.join(', ')}}`
}
