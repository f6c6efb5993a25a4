import { Play, Square } from 'lucide-react'
import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import type { ApiTrial } from '@/lib/api/openapi/schemas'
import { useCallRun } from '@/lib/client/reference/call-run'
import type { CallInput, FilledCall } from '@/lib/client/reference/filled-call'
import { BodyField } from './body-field'
import { useCredential } from './credential-context'
import { CredentialField } from './credential-field'
import { ParameterFields } from './parameter-fields'
import { RunOutput } from './run-output'

type Props = {
  trial: ApiTrial
  input: CallInput
  onInput: (input: CallInput) => void
  call: FilledCall
}

/** Sends a call from this page, and shows what comes back as it comes. */
export function TryPanel({ trial, input, onInput, call }: Props) {
  const { run, state } = useCallRun()
  const { credential } = useCredential()
  const takesKey = call.credential === 'key'
  const key = takesKey && credential.kind === 'key' ? credential.key : null
  const runs = state.kind === 'sending' || state.kind === 'reading'
  const setParameters = (parameters: CallInput['parameters']) => onInput({ ...input, parameters })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run.send(call, key)
  }
  return (
    <Panel title="Try it">
      <form onSubmit={submit} className="grid gap-4 p-4">
        <ParameterFields
          parameters={trial.parameters.filter(({ where }) => where !== 'header')}
          values={input.parameters}
          onChange={setParameters}
        />
        {input.body !== null && (
          <BodyField value={input.body} onChange={(body) => onInput({ ...input, body })} />
        )}
        <ParameterFields
          parameters={trial.parameters.filter(({ where }) => where === 'header')}
          values={input.parameters}
          onChange={setParameters}
        />
        {takesKey && <CredentialField />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary">
            <Play aria-hidden />
            Send
          </Button>
          {runs && (
            <Button onClick={() => run.stop()}>
              <Square aria-hidden />
              Stop
            </Button>
          )}
          {trial.method !== 'GET' && (
            <span className="text-ink-muted text-xs">This is done for real, on this server.</span>
          )}
        </div>
      </form>
      <RunOutput state={state} />
    </Panel>
  )
}
