import type { GgufHeader, GgufTensor } from './header'

/** How a tensor's type lays out its numbers: so many elements in a block of so many bytes. */
type BlockLayout = { elements: number; bytes: number }

const layout = (elements: number, bytes: number): BlockLayout => ({ elements, bytes })

/**
 * By the number that ggml gives each tensor type. Types that were withdrawn are absent.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-common.h
 */
const LAYOUTS = new Map<number, BlockLayout>([
  [0, layout(1, 4)], // F32
  [1, layout(1, 2)], // F16
  [2, layout(32, 18)], // Q4_0
  [3, layout(32, 20)], // Q4_1
  [6, layout(32, 22)], // Q5_0
  [7, layout(32, 24)], // Q5_1
  [8, layout(32, 34)], // Q8_0
  [9, layout(32, 36)], // Q8_1
  [10, layout(256, 84)], // Q2_K
  [11, layout(256, 110)], // Q3_K
  [12, layout(256, 144)], // Q4_K
  [13, layout(256, 176)], // Q5_K
  [14, layout(256, 210)], // Q6_K
  [15, layout(256, 292)], // Q8_K
  [16, layout(256, 66)], // IQ2_XXS
  [17, layout(256, 74)], // IQ2_XS
  [18, layout(256, 98)], // IQ3_XXS
  [19, layout(256, 50)], // IQ1_S
  [20, layout(32, 18)], // IQ4_NL
  [21, layout(256, 110)], // IQ3_S
  [22, layout(256, 82)], // IQ2_S
  [23, layout(256, 136)], // IQ4_XS
  [24, layout(1, 1)], // I8
  [25, layout(1, 2)], // I16
  [26, layout(1, 4)], // I32
  [27, layout(1, 8)], // I64
  [28, layout(1, 8)], // F64
  [29, layout(256, 56)], // IQ1_M
  [30, layout(1, 2)], // BF16
  [34, layout(256, 54)], // TQ1_0
  [35, layout(256, 66)], // TQ2_0
  [39, layout(32, 17)], // MXFP4
  [40, layout(64, 36)], // NVFP4
  [41, layout(128, 18)], // Q1_0
  [42, layout(64, 18)], // Q2_0
])

/** How a tensor type lays out its numbers, or null for one that is newer than this table. */
export function blockLayout(type: number): BlockLayout | null {
  return LAYOUTS.get(type) ?? null
}

/**
 * Names of `general.file_type`, as quantizations are called everywhere.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/include/llama.h (`llama_ftype`)
 */
const FILE_TYPES = new Map<number, string>([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [19, 'IQ2_XXS'],
  [20, 'IQ2_XS'],
  [21, 'Q2_K_S'],
  [22, 'IQ3_XS'],
  [23, 'IQ3_XXS'],
  [24, 'IQ1_S'],
  [25, 'IQ4_NL'],
  [26, 'IQ3_S'],
  [27, 'IQ3_M'],
  [28, 'IQ2_S'],
  [29, 'IQ2_M'],
  [30, 'IQ4_XS'],
  [31, 'IQ1_M'],
  [32, 'BF16'],
  [36, 'TQ1_0'],
  [37, 'TQ2_0'],
  [38, 'MXFP4'],
  [39, 'NVFP4'],
  [40, 'Q1_0'],
  [41, 'Q2_0'],
])

/** The quantization that `general.file_type` stands for, or null. */
export function fileTypeName(fileType: number): string | null {
  return FILE_TYPES.get(fileType) ?? null
}

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
