import type { ToolDefinition } from '../../../types'
import type { CallBody } from './call-body'
import { JsonCall } from './json-call'
import { LiteralCall } from './literal-call'
import { NamedCall } from './named-call'
import { NestedCall } from './nested-call'
import type { CallBodyForm } from './reply-format'
import { TaggedCall } from './tagged-call'

/** Who reads one call of a form. */
export function createCallBody(
  body: CallBodyForm,
  tools: ReadonlyMap<string, ToolDefinition>,
): CallBody {
  switch (body.kind) {
    case 'json':
      return new JsonCall(body.names)
    case 'named':
      return new NamedCall(body.afterName)
    case 'tagged':
      return new TaggedCall(body.form, tools)
    case 'nested':
      return new NestedCall(body.prefix, tools)
    case 'literal':
      return new LiteralCall(body.form)
  }
}
