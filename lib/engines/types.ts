import type { ModelSettings } from '@/lib/models/model-settings'
import type { AppError } from '@/lib/platform/errors'

export type ToolCall = { id: string; name: string; arguments: string }

/** The text of a message, in parts where it came in parts: some chat templates put them together themselves. */
export type MessageContent = string | readonly string[]

export type ChatMessage =
  | { role: 'system' | 'user'; content: MessageContent }
  | {
      role: 'assistant'
      content: MessageContent
      /** What it thought before; templates that want it get it back. */
      reasoning?: string
      toolCalls?: readonly ToolCall[]
    }
  | { role: 'tool'; content: MessageContent; toolCallId: string }

/** A function that the model may call. `parameters` is a JSON Schema. */
export type ToolDefinition = {
  name: string
  description?: string
  parameters?: Record<string, unknown>
  strict?: boolean
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string }

/** What a request says about thinking. */
export type ThinkingChoice = {
  enabled?: boolean
  /** `none`, `minimal`, `low`, `medium`, `high` or `xhigh`; families that know other words get the nearest. */
  effort?: string
}

/** What the model continues. Text and tokens are taken as they are; messages go through the model's chat template. */
export type Prompt =
  | { kind: 'text'; text: string }
  | { kind: 'tokens'; tokens: readonly number[] }
  | {
      kind: 'chat'
      messages: readonly ChatMessage[]
      tools?: readonly ToolDefinition[]
      toolChoice?: ToolChoice
      parallelToolCalls?: boolean
      /** Whether and how much it is to think; undefined is as the model does it by itself. */
      thinking?: ThinkingChoice
      /** Further variables of the chat template. */
      templateVariables?: Readonly<Record<string, unknown>>
    }

/** How the next token is chosen. The defaults are in `lib/engines/schemas.ts`. */
export type Sampling = {
  temperature: number
  topP: number
  /** 0 is without limit. */
  topK: number
  minP: number
  /** The same seed, prompt and settings give the same text. Undefined is a random one. */
  seed?: number
  frequencyPenalty: number
  presencePenalty: number
  repeatPenalty: number
  /** Removes the likeliest tokens, all but the last above `threshold`, with this probability; undefined never does. */
  xtc?: { probability: number; threshold: number }
  /** Token id → added to its logit; −100 bans it, 100 forces it. */
  logitBias?: Readonly<Record<number, number>>
}

/** What the text must look like. */
export type OutputFormat =
  | { kind: 'text' }
  | { kind: 'json' }
  | { kind: 'schema'; schema: Record<string, unknown> }

/** What happens to a prompt that does not fit the context. */
export type ContextPolicy = 'truncate-middle' | 'refuse'

export type GenerateRequest = {
  /** The id of a model in the catalog. */
  model: string
  prompt: Prompt
  /** What is not said is as the model's settings have it, else as `DEFAULT_SAMPLING` does. */
  sampling: Partial<Sampling>
  /** Tokens at most; undefined is what the context holds. */
  maxTokens?: number
  /** Tokens before which the model can't end a free text; with a grammar or log probabilities it can. */
  minTokens?: number
  /** Tokens of thought after which the family's own mark ends it; 0 is no thought, undefined without limit. */
  reasoningBudget?: number
  /** Text that ends the generation; it is not part of the output. */
  stop: readonly string[]
  format: OutputFormat
  /** How many alternatives to report with each token's log probability; undefined reports none. */
  logprobs?: number
  contextPolicy: ContextPolicy
  /** Whose request it is, for fairness in the queue. */
  client: string
  /** Milliseconds from now after which it ends with `deadline_exceeded`. */
  deadlineMs?: number
  /** Idle milliseconds after which the model may be unloaded; negative is never. Default: the server's. */
  keepAliveMs?: number
}

export type TokenLogprob = {
  token: string
  bytes: readonly number[]
  logprob: number
  top: readonly { token: string; bytes: readonly number[]; logprob: number }[]
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'cancelled'

export type Usage = {
  promptTokens: number
  cachedTokens: number
  /** Tokens that were left out of the prompt so that it fits; absent is none. */
  truncatedTokens?: number
  completionTokens: number
  /** Those of them that were thought; absent is none. */
  reasoningTokens?: number
}

/** Milliseconds, measured by the server. */
export type Timings = {
  queuedMs: number
  loadMs: number
  promptMs: number
  generationMs: number
  /** From the request to the first token. */
  firstTokenMs: number | null
  promptTokensPerSecond: number | null
  tokensPerSecond: number | null
}

/** What an engine reports while it works, in this order: queued*, loading*, started, (text | reasoning | tool)*, done. */
export type EngineEvent =
  /** Position 1 is next. */
  | { kind: 'queued'; position: number }
  /** From 0 to 1. */
  | { kind: 'loading'; progress: number }
  | { kind: 'started'; promptTokens: number; cachedTokens: number; truncatedTokens: number }
  /** Tokens that were ready in one tick come together; `tokens` says how many. */
  | { kind: 'text'; text: string; tokens: number; logprobs?: readonly TokenLogprob[] }
  /** What the model thinks before it answers. */
  | { kind: 'reasoning'; text: string; tokens: number }
  | {
      kind: 'tool'
      index: number
      id?: string
      name?: string
      argumentsDelta: string
      tokens: number
    }
  | {
      kind: 'done'
      finishReason: FinishReason
      /** The text of `stop` that ended it; absent when it was another end. */
      stopText?: string
      usage: Usage
      timings: Timings
    }

/** Which model is asked, and for whom, for fairness in the queue. */
type AskedModel = { model: string; client: string }

export type EmbedRequest = AskedModel & { inputs: readonly string[] }
/** With `special`, the names of control tokens in the text become those tokens. */
export type TokenizeRequest = AskedModel & { text: string; special: boolean }
export type DetokenizeRequest = AskedModel & { tokens: readonly number[] }
/** A prompt whose tokens are counted. `format` matters because there is no thinking where a grammar says what comes first. */
export type CountRequest = AskedModel & Pick<GenerateRequest, 'prompt' | 'format'>

/** A vector of length 1, and how many tokens its text had. */
export type Embedding = { vector: readonly number[]; tokens: number }

export type EngineModelStatus = {
  model: string
  state: 'loading' | 'ready' | 'unloading'
  /** From 0 to 1 while it loads. */
  progress: number
  /** Bytes of memory that the worker holds. */
  memoryBytes: number
  contextSize: number
  /** Why the context is as long as it is, for people to read; empty until it is loaded. */
  contextReason: string
  /** What it was loaded with. */
  settings: ModelSettings
  parallel: number
  threads: number
  gpu: string | null
  active: number
  queued: number
  pinned: boolean
  /** When it is unloaded if nothing comes, ms since 1970; null is never. */
  expiresAt: number | null
}

/**
 * Runs models. What it makes is told by a call for each piece, and what was ready together is told within one turn of
 * the event loop: whoever listens needs no queue, and gathers nothing himself. Errors are AppErrors.
 */
export interface Engine {
  /**
   * Generates until it is done or `signal` aborts. Resolves, or rejects with what went wrong, when its slot is free;
   * `onEvent` is not called after that, and must not throw.
   */
  generate(
    request: GenerateRequest,
    signal: AbortSignal,
    onEvent: (event: EngineEvent) => void,
  ): Promise<void>
  /** Makes a vector for each input, in their order. Waits for its turn as `generate` does. @throws the reason of `signal` when that is aborted */
  embed(
    request: EmbedRequest,
    signal: AbortSignal,
    onEmbedding: (embedding: Embedding) => void,
  ): Promise<void>
  /** The token ids of a text. Waits and ends as `embed` does. */
  tokenize(request: TokenizeRequest, signal: AbortSignal): Promise<readonly number[]>
  /** How many tokens a prompt has with its template and tools, however long it is. Waits and ends as `embed` does. */
  count(request: CountRequest, signal: AbortSignal): Promise<number>
  /** The text of tokens. Waits and ends as `embed` does. */
  detokenize(request: DetokenizeRequest, signal: AbortSignal): Promise<string>
  /** Resolves when the model is ready. Concurrent loads of one model are one load. */
  load(model: string, options?: { keepAliveMs?: number; pinned?: boolean }): Promise<void>
  /** Resolves when its memory is returned. Streams that it serves end with an error unless `force` is false, then it refuses with 409. */
  unload(model: string, options: { force: boolean }): Promise<void>
  status(): readonly EngineModelStatus[]
  /** Calls `listener` when `status()` has changed. @returns unsubscribe */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export type GenerationState =
  | { kind: 'running' }
  | { kind: 'done'; finishReason: FinishReason }
  | { kind: 'failed'; error: AppError }

/**
 * The text of a message for whoever takes no parts: each part on a line of its own, as llama.cpp puts them together.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/common/chat.cpp `common_chat_msg::to_json_oaicompat`
 */
export function messageText(content: MessageContent): string {
  return typeof content === 'string' ? content : content.join('\n')
}
