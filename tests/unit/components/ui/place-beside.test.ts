import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placeBeside } from '@/components/ui/place-beside'

const VIEW = { width: 1000, height: 800 }
const button = (left: number, top: number) => ({ left, top, right: left + 36, bottom: top + 36 })

it('opens where it is wished, and on the other side where there is no room', () => {
  const below = { side: 'bottom', align: 'end' } as const
  expect(placeBeside(button(900, 100), below, VIEW)).toMatchObject({ top: 140, right: 64 })
  expect(placeBeside(button(900, 750), below, VIEW)).toMatchObject({ bottom: 54, right: 64 })
  const above = { side: 'top', align: 'start' } as const
  expect(placeBeside(button(20, 700), above, VIEW)).toMatchObject({ bottom: 104, left: 20 })
  expect(placeBeside(button(20, 50), above, VIEW)).toMatchObject({ top: 90, left: 20 })
})

it('is never wider or higher than the window has room', () => {
  const wish = fc.record({
    side: fc.constantFrom('top' as const, 'bottom' as const),
    align: fc.constantFrom('start' as const, 'end' as const),
  })
  fc.assert(
    fc.property(fc.nat(964), fc.nat(764), wish, (left, top, wanted) => {
      const place = placeBeside(button(left, top), wanted, VIEW)
      const across = (place.left ?? place.right ?? 0) + 320
      const down = (place.top ?? place.bottom ?? 0) + place.maxHeight
      expect(across).toBeLessThanOrEqual(VIEW.width)
      expect(down).toBeLessThanOrEqual(VIEW.height)
      expect(place.maxHeight).toBeGreaterThan(240)
    }),
  )
})
