/** The items of an open menu that can be chosen, in their order. */
export function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  const items = menu?.querySelectorAll<HTMLElement>('[role="menuitem"]:enabled') ?? []
  // Some are only for phones.
  return [...items].filter((item) => item.checkVisibility())
}

/** Moves the focus in a menu as a key says; returns whether the key means anything to it. */
export function moveFocus(menu: HTMLElement | null, key: string): boolean {
  const items = itemsOf(menu)
  const { activeElement } = document
  const at = activeElement instanceof HTMLElement ? items.indexOf(activeElement) : -1
  const target = targetOf(items, at, key)
  target?.focus()
  return target !== undefined
}

function targetOf(items: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(at + 1) % items.length]
    case 'ArrowUp':
      return items.at(at <= 0 ? -1 : at - 1)
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    default:
      return key.length === 1 ? startingWith(items, at, key) : undefined
  }
}

/** The next item after the focused one whose name starts with a letter; space presses the item instead. */
function startingWith(
  items: readonly HTMLElement[],
  at: number,
  letter: string,
): HTMLElement | undefined {
  if (letter === ' ') return undefined
  const around = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return around.find((item) =>
    item.textContent?.trim().toLowerCase().startsWith(letter.toLowerCase()),
  )
}
