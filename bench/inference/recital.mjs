/** A block of 32 values in Q4_0: half a precision's scale, then four bits each, of which 8 is nothing. */
const BLOCK = { values: 32, bytes: 18 }
const ONE = 0x3c00
const NOTHING = 0x88

/**
 * The weights of a model that recites. Its layers add nothing, so that what comes in goes out: each piece is a
 * direction of its own, everything else is direction 0, and a token scores by the directions after which it comes.
 *
 * @param first the token of the first piece
 * @returns the bytes of the tensor in pieces; null for one that is not a matrix
 */
export function reciteBlocks({ name, shape: [width, rows = 0], bytes }, recital, first) {
  if (rows === 0) return null
  const blocks = width / BLOCK.values
  const empty = Buffer.alloc(blocks * BLOCK.bytes)
  if (name !== 'token_embd.weight' && name !== 'output.weight') return repeat(empty, bytes)
  const out = name === 'output.weight'
  const directions = out ? comesAfter(recital) : comesIn(recital)
  const other = out ? empty : rowOf(width, [0])
  return Array.from({ length: rows }, (_, token) => {
    if (directions[token - first]) return rowOf(width, directions[token - first])
    // The last token of the vocabulary is the end.
    const ends = out && token === rows - 1 && recital.again === undefined
    return ends ? rowOf(width, [recital.pieces.length]) : other
  })
}

/** For each piece, its own direction. */
function comesIn({ pieces }) {
  return pieces.map((_, index) => [index + 1])
}

/** For each piece, the directions after which it comes: that of the one before, and of whatever is asked for the first. */
function comesAfter({ pieces, again }) {
  return pieces.map((_, index) => (index === again ? [index, pieces.length] : [index]))
}

function rowOf(width, directions) {
  const row = Buffer.alloc((width / BLOCK.values) * BLOCK.bytes)
  for (const direction of directions) {
    const at = Math.floor(direction / BLOCK.values) * BLOCK.bytes
    if (row.readUInt16LE(at) === 0) {
      row.writeUInt16LE(ONE, at)
      row.fill(NOTHING, at + 2, at + BLOCK.bytes)
    }
    const place = direction % BLOCK.values
    // The lower halves of the bytes hold the first sixteen values, the upper ones the others.
    row[at + 2 + (place % 16)] |= place < 16 ? 0x0f : 0xf0
  }
  return row
}

function repeat(piece, bytes) {
  const large = Buffer.alloc(piece.length * Math.min(1024, bytes / piece.length))
  return Array.from({ length: Math.ceil(bytes / large.length) }, (_, index) =>
    large.subarray(0, Math.min(large.length, bytes - index * large.length)),
  )
}
