'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { ErrorState } from '@/components/ui/error-state'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { SkeletonRows } from '@/components/ui/skeleton'
import { toastDone } from '@/components/ui/toast'
import { ClientError } from '@/lib/client/client-error'
import { useSetModelSettings } from '@/lib/client/models/mutations'
import { type InstalledModel, modelSettingsQuery } from '@/lib/client/models/queries'
import {
  type Draft,
  draftOf,
  LOADING,
  type SettingField,
  settingsOf,
  writing,
} from './model-setting-fields'

type Props = { model: InstalledModel; name: string; onClose: () => void }

/** How a model is loaded and asked, where that is not to be as the server has it for all. */
export default function ModelSettingsDialog({ model, name, onClose }: Props) {
  const { data, error, isFetching, refetch } = useQuery(modelSettingsQuery(model.id))
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`Settings of ${name}`}
      description="What is left empty is as the server has it for all models."
    >
      {data ? (
        <Form model={model} settings={data.settings} onClose={onClose} />
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading the settings" rows={6} rowClass="h-14 px-1" />
      )}
    </Dialog>
  )
}

type FormProps = { model: InstalledModel; settings: Parameters<typeof draftOf>[0] }

function Form({ model, settings, onClose }: FormProps & Pick<Props, 'onClose'>) {
  const [draft, setDraft] = useState(() => draftOf(settings))
  const save = useSetModelSettings()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(
      { id: model.id, settings: settingsOf(draft) },
      {
        onSuccess: ({ needs_reload }) => {
          toastDone(needs_reload ? 'Saved. They count from its next load on.' : 'Saved.')
          onClose()
        },
      },
    )
  }
  const fields = writing(model.thinking)
  const param = save.error instanceof ClientError ? save.error.param : null
  const isPlaced = [...LOADING, ...fields].some(({ name }) => name === param)
  const group = (shown: readonly SettingField[]) =>
    shown.map((field) => (
      <Setting
        key={field.name}
        field={field}
        value={draft[field.name] ?? ''}
        error={field.name === param ? save.error?.message : undefined}
        onChange={(value) => {
          save.reset()
          setDraft((before: Draft) => ({ ...before, [field.name]: value }))
        }}
      />
    ))
  return (
    <form onSubmit={submit} className="grid gap-5">
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">Loading, from the next load on</legend>
        {group(LOADING)}
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">Requests that do not say otherwise</legend>
        {group(fields)}
      </fieldset>
      {save.error && !isPlaced && <Notice tone="bad" error={save.error} />}
      <DialogActions>
        <Button onClick={() => setDraft({})}>Clear all</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  )
}

type SettingProps = {
  field: SettingField
  value: string
  error: string | undefined
  onChange: (value: string) => void
}

function Setting({ field, value, error, onChange }: SettingProps) {
  const { name, label, hint, empty } = field
  const id = `setting-${name}`
  const shared = { id, 'aria-describedby': `${id}-note`, 'aria-invalid': error !== undefined }
  return (
    <Field
      id={id}
      label={label}
      hint={hint}
      error={error}
      className={field.kind === 'text' ? 'sm:col-span-2' : ''}
    >
      {field.kind === 'choice' ? (
        <Select
          id={id}
          label={label}
          value={value}
          options={[{ value: '', label: empty }, ...field.options]}
          onChange={onChange}
          className="w-full"
        />
      ) : field.kind === 'text' ? (
        <Textarea
          {...shared}
          value={value}
          placeholder={empty}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input
          {...shared}
          inputMode="decimal"
          value={value}
          placeholder={empty}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
