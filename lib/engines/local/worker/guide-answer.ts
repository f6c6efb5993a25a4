import type { Token } from 'node-llama-cpp'
import type { ToolDefinition } from '../../types'
import { isHeld } from '../grammar/output-grammar'
import type { WorkerRequest } from '../protocol'
import { createReplyReader } from '../templates/reading/create-reply-reader'
import { COMMON_WRITTEN } from '../templates/reading/families'
import { ReplyEvents } from '../templates/reading/reply-events'
import type { ReplyFormat } from '../templates/reading/reply-format'
import { visibleMarks } from '../templates/reading/reply-format'
import type { ReplyReader } from '../templates/reading/reply-piece'
import { restOfLead } from '../templates/reading/written-calls'
import { AnswerGuide } from './answer-guide'
import type { OpenModel } from './llama-model'
import { thinkingOf } from './prompt'

/** Characters of a name from which on it is taken for that of a function. */
const NAMED = 4

/** Who reads an answer. */
type Readers = {
  /** Tells a chat's thoughts and calls from its text; undefined where all is text. */
  reply?: ReplyEvents
  /** Looks only where the thought in a raw text ends. */
  watcher?: ReplyReader
  /** What they look for, as one text. */
  marks: string
}

/** @param end how the prompt ends, which may have opened a thought */
export function readersOf(
  request: WorkerRequest,
  format: ReplyFormat,
  tools: readonly ToolDefinition[],
  end: string,
): Readers {
  const marks = visibleMarks(format, tools.length > 0)
  if (request.prompt.kind !== 'chat') {
    if (request.reasoningBudget === undefined) return { marks: '' }
    return { watcher: createReplyReader(format, [], end), marks }
  }
  // JSON may have any text in it, also one that looks like a mark.
  const isPlain = !format.thinking && format.wrappers.length === 0 && !format.isHarmony
  if (request.format.kind !== 'text' && tools.length === 0 && isPlain) return { marks: '' }
  return { reply: new ReplyEvents(createReplyReader(format, tools, end)), marks }
}

/** How a request's answer is led, and the text that ends it where no token does. @throws AppError `unsupported_schema` */
export async function guideAnswer(
  request: WorkerRequest,
  {
    open,
    format,
    reader,
    end,
  }: {
    open: OpenModel
    format: ReplyFormat
    reader: ReplyReader | undefined
    end: string
  },
): Promise<{ guide: AnswerGuide; stopText: string[] }> {
  const { vocabulary, model } = open
  const { thinking } = format
  const closing = thinking?.closing ?? ''
  const grammars = await grammarsFor(request, { open, format, isOpen: reader?.isThinking, end })
  const restOfCall = grammars ? null : await strictCalls(request, open, format)
  const turnEnd = request.prompt.kind === 'chat' ? format.turnEnd : null
  // Its name may be written about, where it is a token.
  const endToken = turnEnd === null ? undefined : vocabulary.named(turnEnd)
  const guide = new AnswerGuide({
    reader,
    budget: request.reasoningBudget,
    closing: vocabulary.tokenizePiece({ text: closing, special: true, isContinued: true }),
    isEnd: (token: Token) => model.isEogToken(token) || token === endToken,
    grammars,
    restOfCall,
  })
  const isText = turnEnd !== null && endToken === undefined && grammars === null
  return { guide, stopText: isText ? [turnEnd] : [] }
}

async function grammarsFor(
  request: WorkerRequest,
  {
    open,
    format,
    isOpen = false,
    end,
  }: { open: OpenModel; format: ReplyFormat; isOpen?: boolean; end: string },
): Promise<ConstructorParameters<typeof AnswerGuide>[0]['grammars']> {
  const { prompt } = request
  const chat = prompt.kind === 'chat' ? prompt : undefined
  const wanted = {
    format: request.format,
    tools: chat?.tools ?? [],
    toolChoice: chat?.toolChoice ?? ('auto' as const),
    parallelToolCalls: chat?.parallelToolCalls ?? true,
  }
  if (!isHeld(wanted)) return null
  const { thinking, answerStart, turnStart, calls } = format
  const written = calls.find((form) => form.written)?.written ?? COMMON_WRITTEN
  const choice = thinkingOf(request)
  const isOff = choice?.enabled === false || choice?.effort === 'none'
  const isOver = thinking?.closes.some((mark) => end.trimEnd().endsWith(mark.text)) ?? true
  const mayThink = chat !== undefined && !isOff && !isOver && !isOpen
  const form = { calls: written, start: chat ? answerStart : '' }
  const begin = (thought: string | null, afterThought: string | null) =>
    open.grammars.begin(request, { ...form, thought, afterThought })
  return {
    start: isOpen ? undefined : await begin(mayThink ? (thinking?.open.text ?? null) : null, null),
    afterThought: isOpen || mayThink ? await begin(null, turnStart) : undefined,
  }
}

/**
 * Holds calls that the model makes by itself to the schemas of tools that are strict. A mark that may begin something else
 * as well, and bare JSON, is no call until its function is being named.
 * @throws AppError `unsupported_schema`
 */
async function strictCalls(
  { prompt }: WorkerRequest,
  { grammars }: OpenModel,
  { calls, wrappers }: ReplyFormat,
): Promise<((begun: string) => ReturnType<OpenModel['grammars']['rest']>) | null> {
  const tools = prompt.kind === 'chat' && prompt.toolChoice !== 'none' ? (prompt.tools ?? []) : []
  const form = calls.find(({ written }) => written)
  if (!form?.written || !tools.some(({ strict }) => strict)) return null
  const { written, opens } = form
  await grammars.checkStrict(tools, {
    calls: written,
    start: '',
    afterThought: null,
    thought: null,
  })
  const isCertain =
    opens.length > 0 &&
    !opens.some(({ text }) => wrappers.some((wrapper) => wrapper.text.startsWith(text)))
  return async (begun) => {
    const [rest, name = ''] = restOfLead(written, begun) ?? []
    const isNamed = rest === '' && name.length >= NAMED
    return isCertain || isNamed ? grammars.rest({ tools, calls: written, begun }) : undefined
  }
}
