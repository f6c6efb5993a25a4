import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { branchTo, newestTip, siblingsOf, type TreeNode } from '@/lib/chat/rows'

/** Trees of any shape: each node hangs on one that came before it, or is a root. */
const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((picks) =>
  picks.map(
    (pick, index): TreeNode => ({
      id: `n${index}`,
      parent_id: pick % (index + 1) === index ? null : `n${pick % (index + 1)}`,
    }),
  ),
)

describe('the tree of messages', () => {
  it('walks from a root to the head, each message after its parent', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (nodes, pick) => {
        const head = nodes[pick % nodes.length]
        const branch = branchTo(nodes, head?.id ?? null)
        expect(branch.at(-1)).toBe(head)
        expect(branch.map((node) => node.parent_id)).toEqual([
          null,
          ...branch.slice(0, -1).map((node) => node.id),
        ])
      }),
    )
  })

  it('lands on a leaf below the message that was walked to', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (nodes, pick) => {
        const from = nodes[pick % nodes.length]?.id ?? ''
        const tip = newestTip(nodes, from)
        expect(nodes.some((node) => node.parent_id === tip)).toBe(false)
        expect(branchTo(nodes, tip).map((node) => node.id)).toContain(from)
      }),
    )
  })

  it('counts every message among its own siblings', () => {
    fc.assert(
      fc.property(trees, (nodes) => {
        for (const node of nodes) expect(siblingsOf(nodes, node)).toContain(node)
      }),
    )
  })

  it('ends at a parent that is missing, and at a ring', () => {
    const lost = { id: 'a', parent_id: 'gone' }
    expect(branchTo([lost], 'a')).toEqual([lost])
    const ring = [
      { id: 'a', parent_id: 'b' },
      { id: 'b', parent_id: 'a' },
    ]
    expect(branchTo(ring, 'a').map((node) => node.id)).toEqual(['b', 'a'])
    expect(['a', 'b']).toContain(newestTip(ring, 'a'))
  })
})
