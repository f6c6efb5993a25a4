import { KeyRound, Radio, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { Prose } from './prose'

/** What is the same for every call: credentials, errors and streams. */
export function Introduction() {
  return (
    <div className="grid max-w-180 gap-6">
      <p className="max-w-prose text-ink-muted">
        Everything that Runnel does can be called by programs. Each call here can be tried at once,
        as you or with a key, and copied for a terminal, for JavaScript and for Python. The same
        description for machines is{' '}
        <a href="/openapi.json" className="text-accent-ink underline underline-offset-2">
          /openapi.json
        </a>
        .
      </p>
      <Part icon={KeyRound} title="Credentials">
        <p>
          <Prose>
            A program sends a key, as `Authorization: Bearer …` or `X-Api-Key`. What it may do are
            the scopes of the key; `RateLimit-*` headers tell what is left of its limits.
          </Prose>{' '}
          <PageLink href="/keys" className="text-accent-ink underline underline-offset-2">
            Create key
          </PageLink>
        </p>
      </Part>
      <Part icon={TriangleAlert} title="Errors">
        <p>
          <Prose>
            What goes wrong is told by the status and by a body with `message`, `code`, `param` and
            `hint`, in the shape of the OpenAI API. Compare `code`: it stays the same. `Retry-After`
            says when trying again makes sense, and `X-Request-Id` finds the request in the log.
          </Prose>
        </p>
      </Part>
      <Part icon={Radio} title="Streams">
        <p>
          <Prose>
            Everything live is a stream of Server-Sent Events. Each event has an id: a reader that
            comes back with it as `Last-Event-ID` gets what it missed, no gap and no repeat. A page
            elsewhere, whose `EventSource` can’t send a key, uses a ticket.
          </Prose>
        </p>
      </Part>
    </div>
  )
}

type PartProps = { icon: typeof KeyRound; title: string; children: ReactNode }

function Part({ icon: Icon, title, children }: PartProps) {
  return (
    <section aria-label={title} className="grid grid-cols-[1rem_1fr] gap-x-3 gap-y-1">
      <Icon aria-hidden className="mt-0.5 size-4 text-ink-muted" />
      <h2 className="font-semibold">{title}</h2>
      <div className="col-start-2 max-w-prose text-ink-muted">{children}</div>
    </section>
  )
}
