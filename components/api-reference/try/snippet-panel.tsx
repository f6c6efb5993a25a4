import { useState } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import { Tabs } from '@/components/ui/tabs'
import type { FilledCall } from '@/lib/client/reference/filled-call'
import { curlSnippet } from '@/lib/client/reference/snippets/curl'
import { javascriptSnippet } from '@/lib/client/reference/snippets/javascript'
import { pythonSnippet } from '@/lib/client/reference/snippets/python'

const LANGUAGES = [
  { id: 'curl', label: 'curl', write: curlSnippet },
  { id: 'javascript', label: 'JavaScript', write: javascriptSnippet },
  { id: 'python', label: 'Python', write: pythonSnippet },
]

const SECRETS = {
  none: null,
  key: 'The key is read from the variable KEY.',
  session: 'The cookie runnel.session is read from the variable SESSION.',
}

/** The call as it is filled in, for a terminal and for programs. */
export function SnippetPanel({ call }: { call: FilledCall }) {
  const [language, setLanguage] = useState('curl')
  const write = LANGUAGES.find(({ id }) => id === language)?.write ?? curlSnippet
  const code = write(call)
  return (
    <Panel title="Code">
      <Tabs
        label="Language"
        tabs={LANGUAGES}
        chosen={language}
        onChoose={setLanguage}
        actions={<CopyButton text={code} label="Copy the code" />}
      >
        <pre className="whitespace-pre-wrap break-words p-4 font-mono text-[0.8125rem] leading-5">
          <code>{code}</code>
        </pre>
      </Tabs>
      {SECRETS[call.credential] && (
        <p className="border-t px-4 py-2 text-ink-muted text-xs">{SECRETS[call.credential]}</p>
      )}
    </Panel>
  )
}
