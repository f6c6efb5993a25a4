import { OpenConversation } from '@/components/chat/open-conversation'

export default async function ConversationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <OpenConversation key={id} id={id} />
}
