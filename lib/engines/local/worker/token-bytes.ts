/** GGUF's token types that matter here. */
export const CONTROL = 3
export const USER_DEFINED = 4
const BYTE = 6

/** What the header of a GGUF file says about its vocabulary. */
export type VocabularyMetadata = {
  /** The kind of tokenizer: `gpt2` is byte-level BPE, `llama` SentencePiece, `bert` WordPiece and so on. */
  model: string
  tokens: readonly string[]
  tokenTypes: readonly number[] | undefined
}

/**
 * Byte-level BPE writes each byte as one printable character: those that are printable already as themselves,
 * the others in order from U+0100.
 */
function byteLevelTable(): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    table.set(String.fromCodePoint(printable ? byte : next++), byte)
  }
  return table
}

/** The bytes of each token, worked out when first asked for. The native call would lose split characters. */
export class TokenBytes {
  private readonly cache: (Uint8Array | undefined)[] = []
  private readonly byteLevel = byteLevelTable()
  private readonly encoder = new TextEncoder()

  constructor(private readonly vocabulary: VocabularyMetadata) {}

  /** The bytes that the token stands for in a text; control tokens have none unless `special`. */
  of(token: number, special = false): Uint8Array {
    if (special && this.vocabulary.tokenTypes?.[token] === CONTROL)
      return this.encoder.encode(this.vocabulary.tokens[token] ?? '')
    const known = this.cache[token]
    if (known) return known
    const bytes = this.decode(token)
    this.cache[token] = bytes
    return bytes
  }

  private decode(token: number): Uint8Array {
    const text = this.vocabulary.tokens[token] ?? ''
    const type = this.vocabulary.tokenTypes?.[token]
    if (type === CONTROL) return new Uint8Array(0)
    if (type === USER_DEFINED) return this.encoder.encode(text)
    if (type === BYTE) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16))
    switch (this.vocabulary.model) {
      case 'gpt2':
        return this.fromByteLevel(text)
      case 'bert':
        return this.encoder.encode(text.replace(/^\u2581/, ' '))
      default:
        return this.encoder.encode(text.replaceAll('\u2581', ' '))
    }
  }

  private fromByteLevel(text: string): Uint8Array {
    const bytes: number[] = []
    for (const character of text) {
      const byte = this.byteLevel.get(character)
      if (byte === undefined) bytes.push(...this.encoder.encode(character))
      else bytes.push(byte)
    }
    return Uint8Array.from(bytes)
  }
}
