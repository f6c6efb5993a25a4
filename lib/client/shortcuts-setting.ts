const NAME = 'runnel.shortcuts'

/** Whether shortcuts of single keys are wanted in this browser. They are unless somebody has said otherwise. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(NAME) !== 'off'
}

/** Remembers whether shortcuts of single keys are wanted in this browser. */
export function setShortcutsOn(on: boolean): void {
  localStorage.setItem(NAME, on ? 'on' : 'off')
}
