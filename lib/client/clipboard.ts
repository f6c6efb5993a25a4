import { ClientError } from './client-error'

/**
 * Puts a text into the clipboard. Browsers give pages their clipboard only over TLS or on this machine;
 * elsewhere, as on a home network, the old way through a selection is tried.
 * @throws ClientError when the browser allows neither.
 */
export async function copyText(text: string): Promise<void> {
  try {
    if (navigator.clipboard) return await navigator.clipboard.writeText(text)
    if (copySelection(text)) return
  } catch (cause) {
    throw refused(cause)
  }
  throw refused(undefined)
}

function copySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'sr-only'
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  return copied
}

function refused(cause: unknown): ClientError {
  return new ClientError('The browser does not let this page use the clipboard.', {
    code: 'clipboard_refused',
    status: 0,
    hint: 'Select the text and copy it by hand.',
    cause,
  })
}
