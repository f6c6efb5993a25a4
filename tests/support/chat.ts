import { createParser } from 'eventsource-parser'
import type { ConversationView } from '@/lib/chat/schemas'
import type { BrowserSession } from './browser-session'
import { until } from './until'

/** A request whose answer takes long enough to be left in the middle. */
export const LONG_STORY = {
  content: 'Tell me a story about a fox and a kite.',
  model: 'storyteller',
  settings: { max_tokens: 900, seed: 7 },
}

/** Begins a conversation, or does anything else that answers one. */
export async function conversationOf(response: Promise<Response>): Promise<ConversationView> {
  const answered = await response
  if (!answered.ok) throw new Error(`${answered.status} ${await answered.text()}`)
  return answered.json()
}

/** The conversation once nothing is being written in it. */
export function settledConversation(
  session: BrowserSession,
  id: string,
): Promise<ConversationView> {
  return until(async () => {
    const view = await conversationOf(session.fetch(`/api/chat/conversations/${id}`))
    return view.answering ? null : view
  }, 'the answer to end')
}

/** The last message of the branch that is shown. */
export function lastMessage(view: ConversationView): ConversationView['messages'][number] {
  const message = view.messages.at(-1)
  if (!message) throw new Error('The conversation is empty.')
  return message
}

type Frame = { event: string; data: string; id: string | undefined }

/** The events of a whole stream, read by a parser that is not ours. */
export function parseFrames(body: string): Frame[] {
  const frames: Frame[] = []
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) => frames.push({ event, data, id }),
  })
  parser.feed(body)
  return frames
}
