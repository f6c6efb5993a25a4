import { ArrowLeft } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { Panel } from '@/components/ui/panel'
import type { ApiCall } from '@/lib/api/openapi/schemas'
import { accessWords } from './access-words'
import { AnswerPanels } from './answer-panels'
import { FieldGroups, FieldLine } from './field-list'
import { MethodName } from './method-name'
import { Prose } from './prose'
import { Workbench } from './try/workbench'

/** One call: what it does, a way to try it, and everything that it takes and answers. */
export function CallPage({ call }: { call: ApiCall }) {
  return (
    <article className="grid min-w-0 gap-6">
      <Heading call={call} />
      <div className="grid min-w-0 items-start gap-6 2xl:grid-cols-2">
        <div className="grid min-w-0 gap-6 2xl:sticky 2xl:top-7 2xl:col-start-2 2xl:row-start-1">
          <Workbench key={call.id} trial={call} />
        </div>
        <div className="grid min-w-0 gap-6 2xl:col-start-1 2xl:row-start-1">
          <InputPanels call={call} />
          <AnswerPanels call={call} />
        </div>
      </div>
    </article>
  )
}

function Heading({ call }: { call: ApiCall }) {
  return (
    <header className="min-w-0">
      <PageLink
        href="/docs"
        className="mb-3 inline-flex items-center gap-1.5 text-ink-muted hover:text-ink lg:hidden"
      >
        <ArrowLeft aria-hidden className="size-4" />
        All calls
      </PageLink>
      <h2 className="text-balance font-semibold text-lg">{call.summary}</h2>
      <p className="mt-1 flex items-baseline">
        <MethodName method={call.method} className="text-[0.8125rem]" />
        <code className="min-w-0 break-all font-mono text-[0.8125rem]">{call.path}</code>
      </p>
      {call.description && (
        <p className="mt-3 max-w-prose text-ink-muted">
          <Prose>{call.description}</Prose>
        </p>
      )}
      <p className="mt-2 text-ink-muted text-xs">
        <Prose>{accessWords(call.access)}</Prose>
      </p>
    </header>
  )
}

function InputPanels({ call: { parameters, bodyGroups } }: { call: ApiCall }) {
  return (
    <>
      {parameters.length > 0 && (
        <Panel title="Parameters">
          <ul className="divide-y">
            {parameters.map((one) => (
              <li key={`${one.where} ${one.name}`} className="px-4 py-2.5">
                <FieldLine field={one} note={`${one.where}${one.required ? ', required' : ''}`} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {bodyGroups.length > 0 && (
        <Panel title="Body" detail="application/json">
          <FieldGroups groups={bodyGroups} side="sent" />
        </Panel>
      )}
    </>
  )
}
