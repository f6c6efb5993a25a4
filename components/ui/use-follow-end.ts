import { useCallback, useRef, useState } from 'react'

/** Pixels from the end that still count as being there. */
const NEAR_PX = 32

/**
 * Keeps a scroller at its end while its content grows, unless the reader has scrolled up. Only a move
 * up lets go: while much is added at once, being far from the end says nothing about what the reader wants.
 */
export function useFollowEnd() {
  const scroller = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const lastTop = useRef(0)
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    const node = scroller.current
    if (!node) return
    follows.current = true
    node.scrollTop = node.scrollHeight
  }, [])

  const content = useCallback(
    (node: HTMLElement | null) => {
      if (!node) return
      const observer = new ResizeObserver(() => {
        if (follows.current) toEnd()
      })
      observer.observe(node)
      return () => observer.disconnect()
    },
    [toEnd],
  )

  const onScroll = useCallback(() => {
    const node = scroller.current
    if (!node) return
    const near = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_PX
    if (near) follows.current = true
    else if (node.scrollTop < lastTop.current) follows.current = false
    lastTop.current = node.scrollTop
    setAtEnd(near || follows.current)
  }, [])

  return { scroller, content, onScroll, atEnd, toEnd }
}
