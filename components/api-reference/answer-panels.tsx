import { Panel } from '@/components/ui/panel'
import type { ApiCall } from '@/lib/api/openapi/schemas'
import { FieldGroups } from './field-list'
import { Prose } from './prose'

/** What a call answers: its JSON, its events, its errors. */
export function AnswerPanels({ call: { answer, answers, events, errors } }: { call: ApiCall }) {
  return (
    <>
      <Panel
        title="Answer"
        detail={answers === 'json' || answers === 'either' ? 'application/json' : undefined}
      >
        <p className="flex items-baseline gap-3 px-4 py-2.5">
          <span className="font-mono text-good-ink text-xs">{answer.status}</span>
          <span>{answer.description}</span>
        </p>
        {answer.groups.length > 0 && (
          <div className="border-t">
            <FieldGroups groups={answer.groups} side="answered" />
          </div>
        )}
      </Panel>
      {events.length > 0 && (
        <Panel title="Events" detail="text/event-stream">
          <ul className="divide-y">
            {events.map(({ name, description, groups }, index) => (
              <li key={index.toString()} className="px-4 py-2.5">
                <p className="flex flex-wrap items-baseline gap-x-2.5">
                  <code className="font-medium font-mono text-[0.8125rem]">{name}</code>
                  <span className="text-ink-muted">
                    <Prose>{description}</Prose>
                  </span>
                </p>
                <FieldGroups groups={groups} side="answered" nested />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Errors">
        <ul className="divide-y">
          {errors.map(({ status, description }) => (
            <li key={status} className="flex items-baseline gap-3 px-4 py-2">
              <span className="font-mono text-bad-ink text-xs">{status}</span>
              <span className="min-w-0 text-ink-muted">
                <Prose>{description}</Prose>
              </span>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  )
}
