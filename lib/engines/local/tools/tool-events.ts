import { randomBytes } from 'node:crypto'
import type { EngineEvent, GenerateRequest } from '../../types'
import { type ParsedPiece, ToolCallParser } from './tool-call-parser'

type TextEvent = Extract<EngineEvent, { kind: 'text' }>

/** Turns the text of an answer that may call tools into events of text and of calls. */
export class ToolEvents {
  private readonly parser: ToolCallParser

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
    return this.toEvents(this.parser.push(event.text), event)
  }

  /** What was held back until the end. */
  finish(): EngineEvent[] {
    return this.toEvents(this.parser.finish(), { kind: 'text', text: '', tokens: 0 })
  }

  private toEvents(pieces: readonly ParsedPiece[], source: TextEvent): EngineEvent[] {
    let { tokens, logprobs } = source
    return pieces.map((piece) => {
      const counted = { tokens, ...(piece.kind === 'text' && logprobs ? { logprobs } : {}) }
      tokens = 0
      if (piece.kind === 'text') logprobs = undefined
      return toEvent(piece, counted)
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
