import { randomBytes } from 'node:crypto'
import type { TokenLogprob } from '../../../types'
import type { ReplyPiece, ReplyReader } from './reply-piece'

/** A piece of text as it was generated. */
type TextPiece = { text: string; tokens: number; logprobs?: readonly TokenLogprob[] }

/** What a piece of an answer is to a client. Each token is counted once. */
export type ReplyEvent =
  | { kind: 'text'; text: string; tokens: number; logprobs?: readonly TokenLogprob[] }
  | { kind: 'reasoning'; text: string; tokens: number }
  | {
      kind: 'tool'
      index: number
      id?: string
      name?: string
      argumentsDelta: string
      tokens: number
    }

/** Turns generated text into events of text, of thoughts and of calls. */
export class ReplyEvents {
  /** Of text that has not been told, because it may be part of a mark. */
  #tokens = 0
  #logprobs: readonly TokenLogprob[] = []

  constructor(readonly reader: ReplyReader) {}

  /** What a piece of text becomes. Tokens and log probabilities go with the first event that can take them. */
  push({ text, tokens, logprobs }: TextPiece): ReplyEvent[] {
    return this.#toEvents(this.reader.push(text), tokens, logprobs)
  }

  /** What was held back until the end. @param isCut whether the model had not come to an end by itself */
  finish(isCut: boolean): ReplyEvent[] {
    const events = this.#toEvents(this.reader.finish(isCut), 0, undefined)
    const logprobs = this.#logprobs
    if (logprobs.length === 0) return events
    this.#logprobs = []
    return [...events, { kind: 'text', text: '', tokens: this.#takeTokens(), logprobs }]
  }

  /** Text is told with the log probabilities since the last event; thoughts and calls have none. */
  #toEvents(
    pieces: readonly ReplyPiece[],
    tokens: number,
    logprobs: readonly TokenLogprob[] | undefined,
  ): ReplyEvent[] {
    this.#tokens += tokens
    if (logprobs) this.#logprobs = [...this.#logprobs, ...logprobs]
    return pieces.map((piece) => {
      const event = toEvent(piece, this.#takeTokens())
      const waiting = this.#logprobs
      this.#logprobs = []
      return event.kind === 'text' && waiting.length > 0 ? { ...event, logprobs: waiting } : event
    })
  }

  #takeTokens(): number {
    const tokens = this.#tokens
    this.#tokens = 0
    return tokens
  }
}

function toEvent(piece: ReplyPiece, tokens: number): ReplyEvent {
  switch (piece.kind) {
    case 'text':
    case 'reasoning':
      return { kind: piece.kind, text: piece.text, tokens }
    case 'call':
      return {
        kind: 'tool',
        index: piece.index,
        id: `call_${randomBytes(12).toString('hex')}`,
        name: piece.name,
        argumentsDelta: '',
        tokens,
      }
    case 'arguments':
      return { kind: 'tool', index: piece.index, argumentsDelta: piece.delta, tokens }
  }
}
