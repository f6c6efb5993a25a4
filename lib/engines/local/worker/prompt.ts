import type { Token } from 'node-llama-cpp'
import { AppError } from '@/lib/platform/errors'
import type { Prompt, ThinkingChoice } from '../../types'
import type { WorkerRequest } from '../protocol'
import type { ControlMarks, PromptPiece } from '../templates/control-marks'
import type { FamilyTemplate } from '../templates/model-templates'
import {
  cutMiddle,
  dropOldest,
  type FittedPrompt,
  MOST_MESSAGES,
  promptLimit,
  tooLong,
} from './context-policy'
import { PIECE, readText } from './long-text'
import type { Vocabulary } from './vocabulary'

/** What a prompt is read with. */
type Reading = {
  contextSize: number
  vocabulary: Vocabulary
  family: FamilyTemplate
  marks: ControlMarks
  /** Lets everybody else go on before something that takes long. @throws what ends the reading */
  breathe: () => Promise<void>
}

/** What of a request its prompt depends on. */
type ReadableRequest = Pick<
  WorkerRequest,
  'prompt' | 'format' | 'contextPolicy' | 'maxTokens' | 'reasoningBudget'
>

/** Characters of the end of a prompt that say how an answer begins. */
const END = 200

/** A prompt as tokens, and how its text ends. */
export type ReadPrompt = FittedPrompt<Token> & { end: string }

/**
 * What a request says about thinking. An answer in JSON is not thought about unless it is asked for, and no tokens for it
 * are none of it.
 */
export function thinkingOf(request: ReadableRequest): ThinkingChoice | undefined {
  const { prompt, format, reasoningBudget } = request
  if (prompt.kind !== 'chat') return undefined
  if (reasoningBudget === 0) return { ...prompt.thinking, enabled: false, effort: undefined }
  const isJson = format.kind !== 'text' && !mustCall(prompt)
  return prompt.thinking ?? (isJson ? { enabled: false } : undefined)
}

/** Whether the answer has to be a call. */
export function mustCall(prompt: Prompt): boolean {
  if (prompt.kind !== 'chat' || !prompt.tools?.length) return false
  return prompt.toolChoice === 'required' || typeof prompt.toolChoice === 'object'
}

/**
 * The tokens that a request starts from, made to fit the context as its policy says.
 * @throws AppError `context_length_exceeded`, `chat_template_error` or `invalid_token`
 */
export async function promptTokens(
  request: ReadableRequest,
  { contextSize, vocabulary, family, marks, breathe }: Reading,
): Promise<ReadPrompt> {
  const { prompt } = request
  const limit = promptLimit(request.contextPolicy, contextSize, request.maxTokens)
  const truncates = request.contextPolicy === 'truncate-middle'
  let isCounted = true
  let end = ''
  const read = async (pieces: readonly PromptPiece[]) => {
    const tokens: Token[] = []
    for (const piece of pieces) {
      isCounted = piece.text.length <= PIECE
      const tokenize = (text: string) => vocabulary.tokenizePiece({ ...piece, text })
      const options = { limit, stopAtLimit: !truncates, breathe }
      for (const token of await readText(piece.text, tokenize, options)) tokens.push(token)
    }
    return tokens
  }
  if (prompt.kind === 'chat') {
    // Each message is a token at least.
    const most = Math.min(contextSize, MOST_MESSAGES)
    const tools = prompt.toolChoice === 'none' ? [] : (prompt.tools ?? [])
    const options = {
      thinking: thinkingOf(request),
      budget: request.reasoningBudget,
      variables: prompt.templateVariables,
      calls: family.format.calls.find(({ written }) => written)?.written ?? undefined,
    }
    const render = async (messages: typeof prompt.messages) => {
      await breathe()
      const text = family.template.render({ messages, tools }, options)
      end = text.value.slice(-END)
      return vocabulary.withBeginning(await read(marks.divide(text)))
    }
    if (truncates) return { ...(await dropOldest(prompt.messages, { limit, most }, render)), end }
    refuseTooMany(prompt.messages.length, most)
    const tokens = await render(prompt.messages)
    return { ...refuseTooLong(tokens, limit, { param: 'messages', isCounted }), end }
  }
  if (prompt.kind === 'text') end = prompt.text.slice(-END)
  const given =
    prompt.kind === 'text'
      ? await read([{ text: prompt.text, special: true, isContinued: false }])
      : vocabulary.check(prompt.tokens, 'prompt')
  const tokens = atLeastOne(vocabulary.withBeginning(given), vocabulary)
  if (truncates) return { ...cutMiddle(tokens, limit), end }
  return { ...refuseTooLong(tokens, limit, { param: 'prompt', isCounted }), end }
}

function refuseTooMany(messages: number, most: number): void {
  if (messages <= most) return
  throw new AppError(`There are ${messages} messages, and this model takes ${most} at most.`, {
    code: 'context_length_exceeded',
    status: 400,
    param: 'messages',
    hint: 'Send the latest messages only, or ask for the context policy "truncate-middle".',
  })
}

function refuseTooLong(
  tokens: readonly Token[],
  limit: number,
  which: { param: string; isCounted: boolean },
): FittedPrompt<Token> {
  if (tokens.length <= limit) return { tokens, truncatedTokens: 0 }
  const hint = 'Shorten the prompt, or ask for the context policy "truncate-middle".'
  throw tooLong(which.isCounted ? tokens.length : limit, limit, { ...which, hint })
}

/** An empty prompt still needs a token to start from. */
function atLeastOne(tokens: Token[], vocabulary: Vocabulary): Token[] {
  return tokens.length > 0 ? tokens : vocabulary.tokenize('\n', false)
}
