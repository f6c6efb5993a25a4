/** A short message at the edge of the page. One with the id of another takes its place. */
export type Toast = {
  id: string
  tone: 'good' | 'bad' | 'busy'
  text: string
  /** What to do about it. */
  hint?: string
}

const EVENT = 'runnel:toast'

/** Shows a message; the toaster hears of it over the window, so nothing is shared between modules. */
export function showToast(toast: Omit<Toast, 'id'> & { id?: string }): void {
  const detail: Toast = { id: Math.random().toString(36), ...toast }
  window.dispatchEvent(new CustomEvent(EVENT, { detail }))
}

/** Says that something has worked. */
export function toastDone(text: string): void {
  showToast({ tone: 'good', text })
}

/** Says what went wrong, and what to do about it, without taking the page away. */
export function toastError(error: Error & { hint?: string | null }): void {
  showToast({ tone: 'bad', text: error.message, hint: error.hint ?? undefined })
}

/** Calls `listener` for each message; returns unsubscribe. */
export function onToast(listener: (toast: Toast) => void): () => void {
  const hear = (event: CustomEvent<Toast>) => listener(event.detail)
  window.addEventListener(EVENT, hear)
  return () => window.removeEventListener(EVENT, hear)
}

declare global {
  interface WindowEventMap {
    'runnel:toast': CustomEvent<Toast>
  }
}
