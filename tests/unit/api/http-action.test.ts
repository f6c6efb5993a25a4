import { describe, expect, it } from 'vitest'
import { splitAction } from '@/lib/api/methods'

describe('the last segment of a path', () => {
  const actions = ['load', 'unload']

  it.each([
    [['storyteller', 'load'], { id: ['storyteller'], action: 'load' }],
    [['acme', 'tiny:Q8_0', 'unload'], { id: ['acme', 'tiny:Q8_0'], action: 'unload' }],
    [['acme', 'load', 'load'], { id: ['acme', 'load'], action: 'load' }],
    [['acme', 'tiny'], null],
    [['load'], null],
    [[], null],
  ])('of %j gives %j', (segments, expected) => {
    expect(splitAction(segments, actions)).toEqual(expected)
  })
})
