import remend from 'remend'

/** A piece of markdown that is still being written, with what it has opened closed, so that it does not jump. */
export function closeOpen(text: string): string {
  return remend(text, { linkMode: 'text-only' })
}
