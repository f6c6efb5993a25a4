/** Where something that opens beside a button stands, in px of the window; `undefined` edges are free. */
export type Place = {
  top?: number
  bottom?: number
  left?: number
  right?: number
  maxHeight: number
}

const GAP = 4
const EDGE = 8
/** Less room than this below is given up when there is more above, and the other way round. */
const ENOUGH = 260
/** The most that it may be wide. */
const WIDEST = 320

type Box = Pick<DOMRect, 'top' | 'bottom' | 'left' | 'right'>
type Wish = { side: 'top' | 'bottom'; align: 'start' | 'end' }
type View = { width: number; height: number }

/** On the side and at the edge of the button that are wished for, unless there is too little room. */
export function placeBeside(button: Box, { side, align }: Wish, view: View): Place {
  const room = { top: button.top, bottom: view.height - button.bottom }
  const other = side === 'top' ? 'bottom' : 'top'
  const taken = room[side] < ENOUGH && room[other] > room[side] ? other : side
  const vertical =
    taken === 'bottom' ? { top: button.bottom + GAP } : { bottom: view.height - button.top + GAP }
  const atEnd = align === 'end' ? button.right > WIDEST : view.width - button.left < WIDEST + EDGE
  const horizontal = atEnd
    ? { right: Math.max(EDGE, view.width - button.right) }
    : { left: Math.max(EDGE, button.left) }
  return { ...vertical, ...horizontal, maxHeight: room[taken] - GAP - EDGE }
}
