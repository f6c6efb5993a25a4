'use client'

import { useState } from 'react'
import type { ApiTrial } from '@/lib/api/openapi/schemas'
import { fillCall, firstInput } from '@/lib/client/reference/filled-call'
import { useOrigin } from '@/lib/client/use-browser'
import { SnippetPanel } from './snippet-panel'
import { TryPanel } from './try-panel'

/** A call that can be filled in, sent, and copied as it is filled in. */
export function Workbench({ trial }: { trial: ApiTrial }) {
  const [input, setInput] = useState(() => firstInput(trial))
  const call = fillCall(trial, input, useOrigin())
  return (
    <>
      <TryPanel trial={trial} input={input} onInput={setInput} call={call} />
      <SnippetPanel call={call} />
    </>
  )
}
