import type { ReplyReader } from '@/lib/engines/local/templates/reading/reply-piece'

/** An answer as a client puts it together. */
export type Reply = {
  text: string
  reasoning: string
  calls: { name: string; arguments: string }[]
}

/** Lets a reader read an answer in these pieces. */
export function readReply(reader: ReplyReader, pieces: readonly string[], isCut = false): Reply {
  const reply: Reply = { text: '', reasoning: '', calls: [] }
  for (const piece of [...pieces.flatMap((text) => reader.push(text)), ...reader.finish(isCut)])
    switch (piece.kind) {
      case 'text':
        reply.text += piece.text
        break
      case 'reasoning':
        reply.reasoning += piece.text
        break
      case 'call':
        reply.calls[piece.index] = { name: piece.name, arguments: '' }
        break
      case 'arguments': {
        const call = reply.calls[piece.index]
        if (call) call.arguments += piece.delta
      }
    }
  return reply
}

/** A text in pieces of these sizes, again and again. */
export function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}
