import type { MessageContent } from './types'

/**
 * The text of a message for whoever takes no parts: each part on a line of its own, as llama.cpp puts them together.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/common/chat.cpp `common_chat_msg::to_json_oaicompat`
 */
export function messageText(content: MessageContent): string {
  return typeof content === 'string' ? content : content.join('\n')
}
