import type { Metadata } from 'next'
import { Introduction } from '@/components/api-reference/introduction'

export const metadata: Metadata = { title: 'API' }

export default function DocsPage() {
  return <Introduction />
}
