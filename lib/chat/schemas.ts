import { z } from 'zod'
import { CHAT_SETTING_RANGES, DEFAULT_CHAT_SETTINGS } from '@/lib/chat/constants'
import { thinkingLevel } from '@/lib/models/settings-schemas'

const { top_k, seed, max_tokens } = CHAT_SETTING_RANGES
const whole = ({ min, max }: { min: number; max: number }) => z.number().int().min(min).max(max)

/** How a conversation asks its model. Null leaves the choice to the model. */
export const chatSettings = z.object({
  system_prompt: z.string().max(32_000).default(DEFAULT_CHAT_SETTINGS.system_prompt),
  temperature: z.number().min(0).max(2).nullable().default(DEFAULT_CHAT_SETTINGS.temperature),
  top_p: z.number().gt(0).max(1).nullable().default(DEFAULT_CHAT_SETTINGS.top_p),
  top_k: whole(top_k).nullable().default(DEFAULT_CHAT_SETTINGS.top_k),
  min_p: z.number().min(0).max(1).nullable().default(DEFAULT_CHAT_SETTINGS.min_p),
  /** Whether the model is to think before it answers, and how hard. */
  thinking: thinkingLevel.nullable().default(DEFAULT_CHAT_SETTINGS.thinking),
  seed: whole(seed).nullable().default(DEFAULT_CHAT_SETTINGS.seed),
  max_tokens: whole(max_tokens).nullable().default(DEFAULT_CHAT_SETTINGS.max_tokens),
})
export type ChatSettings = z.infer<typeof chatSettings>

/** What an answer cost. Durations in milliseconds. */
export const chatStats = z.object({
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'cancelled']),
  prompt_tokens: z.number(),
  cached_tokens: z.number(),
  /** Left out of the middle of the conversation; answers that an older version wrote do not say it. */
  truncated_tokens: z.number().default(0),
  completion_tokens: z.number(),
  queued_ms: z.number(),
  load_ms: z.number(),
  first_token_ms: z.number().nullable(),
  tokens_per_second: z.number().nullable(),
})
export type ChatStats = z.infer<typeof chatStats>

/** Why an answer failed, in words for a person. */
export const chatError = z.object({
  message: z.string(),
  code: z.string(),
  hint: z.string().nullable(),
})
export type ChatError = z.infer<typeof chatError>

export const messageStatus = z.enum(['streaming', 'complete', 'stopped', 'failed'])

/** A message of the branch that is shown. */
export const chatMessage = z.object({
  id: z.string(),
  parent_id: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  /** What the model thought before it answered. */
  reasoning: z.string(),
  /** How long it did, in ms; null when it did not, or nobody knows. */
  thinking_ms: z.number().nullable(),
  status: messageStatus,
  /** What writes it, or wrote it; its stream can be attached to while it is kept. */
  generation_id: z.string().nullable(),
  error: chatError.nullable(),
  stats: chatStats.nullable(),
  /** The model that wrote it. */
  model: z.string().nullable(),
  created_at: z.number(),
  /** The ids of all messages in this place, itself too, oldest first: the branches that can be walked to. */
  siblings: z.array(z.string()),
})
export type ChatMessageView = z.infer<typeof chatMessage>

export const conversationSummary = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string().nullable(),
  created_at: z.number(),
  updated_at: z.number(),
  /** Whether an answer is being written in it. */
  answering: z.boolean(),
})
export type ConversationSummary = z.infer<typeof conversationSummary>

/** A conversation with the branch that is shown, first message first. */
export const conversation = conversationSummary.extend({
  settings: chatSettings,
  messages: z.array(chatMessage),
})
export type ConversationView = z.infer<typeof conversation>

const progress = {
  /** Tokens of the answer so far. */
  tokens: z.number(),
  /** From the request to the first token, in ms; null before it. */
  first_token_ms: z.number().nullable(),
  /** From the request to this event, in ms. */
  elapsed_ms: z.number(),
  /** How long the model has thought, in ms; null when it has not. */
  thinking_ms: z.number().nullable(),
}

const prompt = {
  prompt_tokens: z.number(),
  cached_tokens: z.number(),
  /** Tokens of the middle of the conversation that were left out, since the context is full. */
  truncated_tokens: z.number(),
}

/**
 * The events of an answer's stream by their names, with what their data holds. A reader without a
 * cursor gets a `snapshot`, or everything from the beginning; one that resumes gets what it lacks.
 */
export const answerEvents = {
  snapshot: z.object({
    text: z.string(),
    reasoning: z.string(),
    ...progress,
    prompt: z.object(prompt).nullable(),
  }),
  /** Position 1 is next. */
  queued: z.object({ position: z.number() }),
  /** From 0 to 1. */
  loading: z.object({ progress: z.number() }),
  started: z.object(prompt),
  /** What is thought before the answer begins. */
  reasoning: z.object({ text: z.string(), ...progress }),
  delta: z.object({ text: z.string(), ...progress }),
  done: chatStats,
  error: chatError,
}
export type AnswerEventData = {
  [Name in keyof typeof answerEvents]: z.infer<(typeof answerEvents)[Name]>
}
