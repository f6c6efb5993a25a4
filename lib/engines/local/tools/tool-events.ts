import { randomBytes } from 'node:crypto'
import type { EngineEvent, GenerateRequest, TokenLogprob } from '../../types'
import { type ParsedPiece, ToolCallParser } from './tool-call-parser'

type TextEvent = Extract<EngineEvent, { kind: 'text' }>

/** Turns the text of an answer that may call tools into events of text and of calls. */
export class ToolEvents {
  private readonly parser: ToolCallParser
  /** Of text that has not been told, because it may be part of a call. */
  private tokens = 0
  private logprobs: TokenLogprob[] = []

  private constructor(names: ReadonlySet<string>) {
    this.parser = new ToolCallParser(names)
  }

  /** For a request; undefined when it offers no tools. */
  static for({ prompt }: GenerateRequest): ToolEvents | undefined {
    if (prompt.kind !== 'chat' || prompt.toolChoice === 'none' || !prompt.tools?.length)
      return undefined
    return new ToolEvents(new Set(prompt.tools.map(({ name }) => name)))
  }

  /** Whether a tool was called. */
  get called(): boolean {
    return this.parser.calls > 0
  }

  /** What a piece of text becomes. Its tokens are counted once. */
  push(event: TextEvent): EngineEvent[] {
    this.tokens += event.tokens
    if (event.logprobs) this.logprobs.push(...event.logprobs)
    return this.toEvents(this.parser.push(event.text))
  }

  /** What was held back until the end. `cut` says that the model had not come to an end by itself. */
  finish(end: { cut: boolean }): EngineEvent[] {
    const pieces = this.parser.finish(end)
    const isLost = pieces.length === 0 && this.logprobs.length > 0
    return this.toEvents(isLost ? [{ kind: 'text', text: '' }] : pieces)
  }

  /** Text is told with the log probabilities since the last event; calls have none. */
  private toEvents(pieces: readonly ParsedPiece[]): EngineEvent[] {
    return pieces.map((piece) => {
      const { tokens, logprobs } = this
      this.tokens = 0
      this.logprobs = []
      return toEvent(piece, { tokens, ...(logprobs.length > 0 ? { logprobs } : {}) })
    })
  }
}

function toEvent(piece: ParsedPiece, counted: Pick<TextEvent, 'tokens' | 'logprobs'>): EngineEvent {
  switch (piece.kind) {
    case 'text':
      return { kind: 'text', text: piece.text, ...counted }
    case 'call': {
      const { index, name } = piece
      return { kind: 'tool', index, id: callId(), name, argumentsDelta: '', tokens: counted.tokens }
    }
    case 'arguments':
      return {
        kind: 'tool',
        index: piece.index,
        argumentsDelta: piece.delta,
        tokens: counted.tokens,
      }
  }
}

function callId(): string {
  return `call_${randomBytes(12).toString('hex')}`
}
