import type { GgufHeader, GgufTensor } from './header'
import { blockLayout } from './tensor-types'

/** No type takes less than one bit for an element. */
const MIN_BYTES_PER_ELEMENT = 1 / 8

/**
 * Bytes from the start of the file to the end of its last tensor: a file that is shorter is not whole. Of tensors whose
 * type is newer than our table the file itself tells the size, since tensors lie one behind the other.
 */
export function dataEnd(header: GgufHeader): number {
  const densities = measureUnknown(header)
  let end = 0
  for (const tensor of header.tensors)
    end = Math.max(end, tensor.offset + minBytes(tensor, densities))
  return header.tensors.length > 0 ? header.dataOffset + end : 0
}

/** Bytes that a tensor takes; of an unknown type those that it takes at least. */
function minBytes({ type, elements }: GgufTensor, densities: ReadonlyMap<number, number>): number {
  const layout = blockLayout(type)
  if (layout) return Math.ceil(elements / layout.elements) * layout.bytes
  return Math.ceil(elements * (densities.get(type) ?? MIN_BYTES_PER_ELEMENT))
}

/**
 * Bytes per element of the types that we don't know, at least: what lies between the beginnings of two tensors, less the
 * padding that the alignment may have put there. The largest tensor of a type tells it best. An engine refuses files
 * with gaps between tensors, so no gap can make one seem larger than it is.
 */
function measureUnknown({ tensors, alignment }: GgufHeader): Map<number, number> {
  const densities = new Map<number, number>()
  if (tensors.every(({ type }) => blockLayout(type))) return densities
  const ordered = tensors.toSorted((a, b) => a.offset - b.offset)
  const measured = ordered.flatMap(({ type, elements, offset }, index) => {
    const next = ordered[index + 1]
    if (!next || elements === 0) return []
    return [{ type, elements, bytes: Math.max(0, next.offset - offset - (alignment - 1)) }]
  })
  for (const { type, elements, bytes } of measured.toSorted((a, b) => a.elements - b.elements))
    densities.set(type, bytes / elements)
  return densities
}
