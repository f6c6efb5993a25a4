import { NewChat } from '@/components/chat/new-chat'

type Props = { searchParams: Promise<{ model?: string | string[] }> }

export default async function NewChatPage({ searchParams }: Props) {
  const { model } = await searchParams
  return <NewChat preferred={[model].flat()[0]} />
}
