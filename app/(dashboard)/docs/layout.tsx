import type { ReactNode } from 'react'
import { CallList } from '@/components/api-reference/call-list'
import { CredentialProvider } from '@/components/api-reference/try/credential-context'
import { PageBody } from '@/components/shell/page-body'
import { PageHeader } from '@/components/shell/page-header'
import { orderedEndpoints } from '@/lib/api/openapi/document'
import { summaryOf } from '@/lib/api/openapi/reference'

export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <PageBody>
      <PageHeader title="API" />
      <div className="grid items-start gap-7 lg:grid-cols-[16rem_minmax(0,1fr)]">
        <CallList calls={orderedEndpoints().map(summaryOf)} />
        <CredentialProvider>{children}</CredentialProvider>
      </div>
    </PageBody>
  )
}
