import type {
  AnswerEventData,
  ChatError,
  ChatMessageView,
  ChatStats,
  ConversationView,
} from '@/lib/chat/schemas'

/** What an answer is doing. */
export type AnswerPhase =
  | { kind: 'connecting' }
  /** Position 1 is next. */
  | { kind: 'queued'; position: number }
  /** The model is being loaded; from 0 to 1. */
  | { kind: 'loading'; progress: number }
  /** The model reads the conversation. */
  | { kind: 'reading' }
  | { kind: 'thinking' }
  | { kind: 'writing' }
  | { kind: 'done'; stats: ChatStats }
  | { kind: 'failed'; error: ChatError }

/** An answer that is being written, as far as this browser knows. Durations in ms. */
export type AnswerState = {
  phase: AnswerPhase
  text: string
  /** What was thought so far. */
  reasoning: string
  thinkingMs: number | null
  tokens: number
  firstTokenMs: number | null
  elapsedMs: number
  prompt: AnswerEventData['started'] | null
  /** Whether the connection is lost and being made again. */
  reconnecting: boolean
}

/** Before anything has come. */
export const EMPTY_ANSWER: AnswerState = {
  phase: { kind: 'connecting' },
  text: '',
  reasoning: '',
  thinkingMs: null,
  tokens: 0,
  firstTokenMs: null,
  elapsedMs: 0,
  prompt: null,
  reconnecting: false,
}

/** The state after one event of the stream. Events that it does not know change nothing. */
export function reduceAnswer(state: AnswerState, name: string, json: string): AnswerState {
  switch (name) {
    case 'snapshot':
      return withSnapshot(state, read(name, json))
    case 'queued':
      return { ...state, phase: { kind: 'queued', ...read(name, json) } }
    case 'loading':
      return { ...state, phase: { kind: 'loading', ...read(name, json) } }
    case 'started':
      return { ...state, phase: { kind: 'reading' }, prompt: read(name, json) }
    case 'reasoning':
      return withThought(state, read(name, json))
    case 'delta':
      return withDelta(state, read(name, json))
    case 'done':
      return { ...state, phase: { kind: 'done', stats: read(name, json) } }
    case 'error':
      return { ...state, phase: { kind: 'failed', error: read(name, json) } }
    default:
      return state
  }
}

/** What an event of this name carries. */
function read<Name extends keyof AnswerEventData>(_: Name, json: string): AnswerEventData[Name] {
  return JSON.parse(json)
}

/** Tokens a second since the first one; null while there is nothing to measure. */
export function speedOf({ tokens, firstTokenMs, elapsedMs }: AnswerState): number | null {
  if (firstTokenMs === null || tokens < 2 || elapsedMs <= firstTokenMs) return null
  return ((tokens - 1) * 1000) / (elapsedMs - firstTokenMs)
}

function withSnapshot(state: AnswerState, data: AnswerEventData['snapshot']): AnswerState {
  const isThinking = data.text === '' && data.reasoning !== ''
  const busy: AnswerPhase = { kind: isThinking ? 'thinking' : 'writing' }
  const phase: AnswerPhase =
    data.tokens > 0 ? busy : data.prompt ? { kind: 'reading' } : state.phase
  return {
    ...state,
    ...progress(data),
    phase,
    text: data.text,
    reasoning: data.reasoning,
    prompt: data.prompt,
  }
}

function withDelta(state: AnswerState, data: AnswerEventData['delta']): AnswerState {
  return { ...state, ...progress(data), phase: { kind: 'writing' }, text: state.text + data.text }
}

function withThought(state: AnswerState, data: AnswerEventData['reasoning']): AnswerState {
  const reasoning = state.reasoning + data.text
  return { ...state, ...progress(data), phase: { kind: 'thinking' }, reasoning }
}

function progress(data: AnswerEventData['delta']) {
  return {
    tokens: data.tokens,
    firstTokenMs: data.first_token_ms,
    elapsedMs: data.elapsed_ms,
    thinkingMs: data.thinking_ms,
  }
}

/** The conversation with the end of an answer that its stream has told, as a read from the server would show it. */
export function applyEnd(
  view: ConversationView,
  generationId: string,
  state: AnswerState,
): ConversationView {
  const messages = view.messages.map((message) =>
    message.generation_id === generationId ? { ...message, ...endOf(state) } : message,
  )
  return { ...view, messages, answering: messages.some(({ status }) => status === 'streaming') }
}

function endOf({ phase, text, reasoning, thinkingMs }: AnswerState): Partial<ChatMessageView> {
  const said = { content: text, reasoning, thinking_ms: thinkingMs }
  switch (phase.kind) {
    case 'done': {
      const status = phase.stats.finish_reason === 'cancelled' ? 'stopped' : 'complete'
      return { ...said, status, stats: phase.stats }
    }
    case 'failed':
      return { ...said, status: 'failed', error: phase.error }
    default:
      return {}
  }
}
