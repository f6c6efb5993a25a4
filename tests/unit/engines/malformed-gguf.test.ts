import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { WorkerProcess } from '@/lib/engines/local/worker-process'
import { readGgufFiles, readGgufHeader } from '@/lib/models/gguf/reader'
import { isAppError } from '@/lib/platform/errors'
import { createEngine, request, STORYTELLER, unending } from './support'

const FILES = 500
const folder = mkdtempSync(join(tmpdir(), 'runnel-gguf-'))
const original = readFileSync(STORYTELLER)
/** Where the header of Storyteller ends and its weights begin, about. */
const HEADER_BYTES = 36_000
const MEMORY = { contextSize: 256, parallel: 1, plans: [{ threads: 1, contexts: 1, flash: true }] }

const position = fc.nat(HEADER_BYTES)
const flip = fc.record({
  kind: fc.constant('flip' as const),
  bits: fc.array(fc.tuple(position, fc.nat(7)), { minLength: 1, maxLength: 6 }),
})
const flipAnywhere = fc.record({
  kind: fc.constant('flipAnywhere' as const),
  at: fc.nat(original.length - 1),
})
const truncate = fc.record({
  kind: fc.constant('truncate' as const),
  size: fc.nat(original.length - 1),
})
/** A length or count that claims too much: the commonest way to crash a parser. */
const lie = fc.record({
  kind: fc.constant('lie' as const),
  at: fc.oneof(fc.constantFrom(4, 8, 16, 24), position),
  claim: fc.constantFrom(0n, 1n, 0x7fff_ffffn, 0xffff_ffffn, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n),
})
/** Few are flipped anywhere: that nearly always means a weight, which takes long to load and harms nobody. */
const mutation = fc.oneof(
  { weight: 4, arbitrary: flip },
  { weight: 1, arbitrary: flipAnywhere },
  { weight: 2, arbitrary: truncate },
  { weight: 4, arbitrary: lie },
)

function mutate(change: typeof mutation extends fc.Arbitrary<infer M> ? M : never): Buffer {
  const bytes = Buffer.from(original)
  switch (change.kind) {
    case 'flip':
      for (const [at, bit] of change.bits) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
      return bytes
    case 'flipAnywhere':
      bytes[change.at] = (bytes[change.at] ?? 0) ^ 0xff
      return bytes
    case 'truncate':
      return bytes.subarray(0, change.size)
    case 'lie':
      bytes.writeBigUInt64LE(change.claim, change.at)
      return bytes
  }
}

describe('malformed GGUF files', { timeout: 600_000 }, () => {
  const { engine, startWorker } = createEngine()
  let worker: WorkerProcess | undefined
  afterAll(async () => {
    await worker?.stop()
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens a file as the server would; what goes wrong is an error with a sentence. */
  async function open(file: string, bytes: Buffer): Promise<'refused' | 'failed' | 'loaded'> {
    try {
      // Most are refused by their header: those need not be written to the disk.
      await readGgufHeader({
        size: bytes.length,
        read: async (start, end) => bytes.subarray(start, end),
      })
      writeFileSync(file, bytes)
      await readGgufFiles([file])
    } catch (error) {
      expect(isAppError(error) && error.message).toMatch(/\.$/)
      return 'refused'
    }
    const running = startIfNeeded()
    try {
      await running.load({ file, ...MEMORY }, () => undefined)
      await answer(running)
      return 'loaded'
    } catch (error) {
      if (!isAppError(error)) throw error
      expect(['model_load_failed', 'worker_crashed']).toContain(error.code)
      expect(error.message.length).toBeGreaterThan(20)
      return 'failed'
    }
  }

  /** One worker opens many files, until one of them ends it. */
  function startIfNeeded(): WorkerProcess {
    if (worker) return worker
    const started = startWorker(1)
    started.once('gone', () => {
      worker = undefined
    })
    worker = started
    return started
  }

  it(`never takes the server down: ${FILES} of them`, async () => {
    const outcomes = { refused: 0, failed: 0, loaded: 0 }
    let count = 0
    await fc.assert(
      fc.asyncProperty(mutation, async (change) => {
        const file = join(folder, `${count++}.gguf`)
        outcomes[await open(file, mutate(change))]++
        rmSync(file, { force: true })
      }),
      { numRuns: FILES, endOnFailure: true },
    )
    expect(count).toBe(FILES)
    expect(outcomes.refused).toBeGreaterThan(100)
    const running = startIfNeeded()
    await running.load({ file: STORYTELLER, ...MEMORY }, () => undefined)
    await answer(running)
  })
})

/** A few tokens from the model that is loaded. */
function answer(worker: WorkerProcess): Promise<void> {
  const { model: _model, client: _client, ...asked } = request({ maxTokens: 3 })
  const message = { kind: 'generate' as const, request: asked }
  return new Promise((resolve, reject) => {
    worker.request(message, unending, {
      onItem: (item) => {
        if (item.kind === 'done' || item.kind === 'failed') resolve()
      },
      onCrash: reject,
    })
  })
}
