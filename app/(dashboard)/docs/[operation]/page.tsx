import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CallPage } from '@/components/api-reference/call-page'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { callOf, summaryOf } from '@/lib/api/openapi/reference'

type Props = { params: Promise<{ operation: string }> }

async function find({ params }: Props) {
  const { operation } = await params
  return ENDPOINTS.find((endpoint) => summaryOf(endpoint).id === operation)
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const endpoint = await find(props)
  return { title: endpoint ? `${endpoint.method} ${endpoint.path}` : 'API' }
}

export default async function OperationPage(props: Props) {
  const endpoint = await find(props)
  if (!endpoint) notFound()
  return <CallPage call={callOf(endpoint)} />
}
