/** What the tree needs to know of a message. Lists of them are ordered oldest first. */
export type TreeNode = { id: string; parent_id: string | null }

/**
 * The branch that ends at `headId`, first message first. Empty when there is no such message.
 * A parent that is missing, or a ring of parents, ends the walk: a damaged row costs a branch, never the page.
 */
export function branchTo<T extends TreeNode>(nodes: readonly T[], headId: string | null): T[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const branch: T[] = []
  let next = headId
  while (next !== null) {
    const node = byId.get(next)
    if (!node) break
    byId.delete(next)
    branch.push(node)
    next = node.parent_id
  }
  return branch.reverse()
}

/** The messages in the same place as `node`, itself included: each is the start of a branch. */
export function siblingsOf<T extends TreeNode>(nodes: readonly T[], node: TreeNode): T[] {
  return nodes.filter((other) => other.parent_id === node.parent_id)
}

/** The end of the newest branch that goes through `id`: where one lands when walking to it. */
export function newestTip(nodes: readonly TreeNode[], id: string): string {
  const newestChild = new Map<string, string>()
  for (const node of nodes) if (node.parent_id !== null) newestChild.set(node.parent_id, node.id)
  let tip = id
  for (let child = newestChild.get(tip); child !== undefined; child = newestChild.get(tip)) {
    newestChild.delete(tip)
    tip = child
  }
  return tip
}
