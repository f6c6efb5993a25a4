'use client'

import { createContext, type ReactNode, use, useState } from 'react'

/** As whom calls are sent: the session, or a key. */
export type Credential = { kind: 'session' | 'key'; key: string }

type Held = { credential: Credential; setCredential: (credential: Credential) => void }

const SESSION: Credential = { kind: 'session', key: '' }
const CredentialContext = createContext<Held>({ credential: SESSION, setCredential: () => {} })

/** The credential that all calls of the page are tried with. */
export const useCredential = () => use(CredentialContext)

/** Keeps a key that was typed in from one call to the next, and nowhere but in this tab's memory. */
export function CredentialProvider({ children }: { children: ReactNode }) {
  const [credential, setCredential] = useState(SESSION)
  return <CredentialContext value={{ credential, setCredential }}>{children}</CredentialContext>
}
