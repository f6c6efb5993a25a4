/** What a piece of an answer turned out to be. Text and thoughts are told apart; `index` counts calls from 0. */
export type ReplyPiece =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'call'; index: number; name: string }
  | { kind: 'arguments'; index: number; delta: string }

/** Reads an answer while it is written. What fits no form is text: nothing is lost, and nothing is an error. */
export interface ReplyReader {
  /** Calls of tools that were offered. */
  readonly calls: number
  /** Whether what comes now is thought. */
  readonly isThinking: boolean
  /** Whether what comes now belongs to a call. */
  readonly isInCall: boolean
  /** What has come of a call, from its mark on, as long as its function is not certain. */
  readonly callStart: string | undefined
  /** What is certain after this much more. */
  push(text: string): ReplyPiece[]
  /**
   * What was held back, when nothing comes any more. What a limit cut of a call is no part of the text; `isCut` says that
   * the model had not come to an end by itself.
   */
  finish(isCut?: boolean): ReplyPiece[]
}
