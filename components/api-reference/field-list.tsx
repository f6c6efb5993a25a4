import { cn } from '@/components/ui/cn'
import type { ApiField, ApiFieldGroup } from '@/lib/openapi/schemas'
import { Prose } from './prose'

/** The fields of what is sent or answered, each with its type, its rules and what is inside of it. */
export function FieldGroups({
  groups,
  nested,
}: {
  groups: readonly ApiFieldGroup[]
  nested?: boolean
}) {
  return groups.map((group, index) => (
    <div key={index.toString()} className={cn(nested && 'mt-2 border-l pl-3')}>
      {group.title && <p className="pt-1 font-mono text-ink-muted text-xs">{group.title}</p>}
      <ul className={cn(!nested && 'divide-y')}>
        {group.fields.map((field) => (
          <li key={field.name} className={nested ? 'py-1.5' : 'px-4 py-2.5'}>
            <FieldLine field={field} />
            <FieldGroups groups={field.groups} nested />
          </li>
        ))}
      </ul>
    </div>
  ))
}

/** A field in one line, and what it means below. */
export function FieldLine({ field, where }: { field: ApiField; where?: string }) {
  const { name, type, required, rules, description } = field
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5">
        <code className="break-all font-medium font-mono text-[0.8125rem]">{name}</code>
        <span className="font-mono text-ink-muted text-xs">{type}</span>
        {where && <span className="text-ink-muted text-xs">in the {where}</span>}
        {required && <span className="text-accent-ink text-xs">required</span>}
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
