import { cn } from '@/components/ui/cn'
import type { ApiField, ApiFieldGroup } from '@/lib/api/openapi/schemas'
import { Prose } from './prose'

/** Of what is sent one needs to know what must be there; of what comes back, what may be missing. */
type Side = 'sent' | 'answered'

type GroupsProps = { groups: readonly ApiFieldGroup[]; side: Side; nested?: boolean }

/** The fields of what is sent or answered, each with its type, its rules and what is inside of it. */
export function FieldGroups({ groups, side, nested }: GroupsProps) {
  return groups.map((group, index) => (
    <div key={index.toString()} className={cn(nested && 'mt-2 border-l pl-3')}>
      {group.title && <p className="pt-1 font-mono text-ink-muted text-xs">{group.title}</p>}
      <ul className={cn(!nested && 'divide-y')}>
        {group.fields.map((field) => (
          <li key={field.name} className={nested ? 'py-1.5' : 'px-4 py-2.5'}>
            <FieldLine field={field} note={noteOf(field, side)} />
            <FieldGroups groups={field.groups} side={side} nested />
          </li>
        ))}
      </ul>
    </div>
  ))
}

function noteOf({ required }: ApiField, side: Side): string | null {
  if (side === 'sent') return required ? 'required' : null
  return required ? null : 'not always there'
}

type LineProps = { field: ApiField; note: string | null }

/** A field in one line, and what it means below. */
export function FieldLine({ field: { name, type, rules, description }, note }: LineProps) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5">
        <code className="break-all font-medium font-mono text-[0.8125rem]">{name}</code>
        <span className="font-mono text-ink-muted text-xs">{type}</span>
        {note && <span className="text-accent-ink text-xs">{note}</span>}
        {rules.length > 0 && <span className="text-ink-muted text-xs">{rules.join(' · ')}</span>}
      </p>
      {description && (
        <p className="mt-0.5 max-w-prose text-ink-muted">
          <Prose>{description}</Prose>
        </p>
      )}
    </>
  )
}
