import { type FileHandle, open } from 'node:fs/promises'
import type { GgufSummary } from '../types'
import { malformed, missingParts, NeedMoreBytes, truncated } from './cursor'
import { type GgufHeader, parseGgufHeader } from './header'
import { summarize } from './summary'
import { dataEnd } from './tensor-types'

/** Where the bytes of a GGUF file come from: a disk, or a server that answers ranges. */
export type ByteSource = {
  /** Bytes; null when it is not known. */
  size: number | null
  /** Bytes from `start` up to, not including, `end`; fewer when the file ends before. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** The largest vocabularies need about 20 MiB. */
const MAX_HEADER_BYTES = 128 * 1024 * 1024
const FIRST_READ_BYTES = 256 * 1024

/**
 * Reads a header in growing steps, and checks that the file is as long as the header promises.
 * @throws AppError `invalid_gguf` or `truncated_gguf`.
 */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  let bytes = new Uint8Array(0)
  let wanted = FIRST_READ_BYTES
  for (;;) {
    const end = source.size === null ? wanted : Math.min(wanted, source.size)
    const more = await source.read(bytes.byteLength, end)
    const ended = bytes.byteLength + more.byteLength < wanted
    bytes = Buffer.concat([bytes, more])
    const parsed = tryParse(bytes)
    if (!(parsed instanceof NeedMoreBytes)) {
      checkLength(parsed, source.size)
      return parsed
    }
    if (parsed.atLeast > MAX_HEADER_BYTES) {
      if (source.size !== null && parsed.atLeast > source.size)
        throw truncated(source.size, parsed.atLeast)
      throw malformed(`its header claims to be more than ${MAX_HEADER_BYTES} bytes long`)
    }
    if (ended) throw truncated(bytes.byteLength, parsed.atLeast)
    wanted = Math.min(MAX_HEADER_BYTES, Math.max(parsed.atLeast, wanted * 4))
  }
}

function tryParse(bytes: Uint8Array): GgufHeader | NeedMoreBytes {
  try {
    return parseGgufHeader(bytes)
  } catch (error) {
    if (error instanceof NeedMoreBytes) return error
    throw error
  }
}

/** Every tensor must lie inside the file, where the alignment lets it begin. */
function checkLength(header: GgufHeader, size: number | null): void {
  for (const { name, offset } of header.tensors)
    if (offset % header.alignment !== 0)
      throw malformed(`the tensor ${JSON.stringify(name)} is not aligned`)
  const end = dataEnd(header)
  if (size !== null && size < end) throw truncated(size, end)
}

/**
 * Reads what the headers of a model on disk say: one file, or all parts of a split one, the first part first.
 * @throws AppError `invalid_gguf`, `truncated_gguf` or `incomplete_set`; the file system's error when a file can't be read.
 */
export async function readGgufFiles(paths: readonly string[]): Promise<GgufSummary> {
  const headers: GgufHeader[] = []
  for (const path of paths) headers.push(await readLocal(path))
  const summary = summarize(headers)
  if (summary.splitCount > 1 && summary.splitCount !== paths.length)
    throw missingParts(paths.length, summary.splitCount)
  return summary
}

async function readLocal(path: string): Promise<GgufHeader> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    return await readGgufHeader({ size, read: (start, end) => readRange(file, start, end) })
  } finally {
    await file.close()
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, end - start))
  const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, start)
  return buffer.subarray(0, bytesRead)
}
