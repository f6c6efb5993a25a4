import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { BoundedLines } from '@/lib/platform/bounded-lines'
import { createLogger } from '@/lib/platform/logger'

/** Takes nothing until it is told to, as a pipe whose reader has stopped. */
class StuckPipe extends Writable {
  readonly lines: string[] = []
  #waiting: (() => void) | undefined
  #open = false

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.lines.push(chunk.toString().trim())
    if (this.#open) callback()
    else this.#waiting = callback
  }

  open(): void {
    this.#open = true
    this.#waiting?.()
  }
}

test('keeps only so much for a reader that has stopped, and then says how many lines were dropped', () => {
  const pipe = new StuckPipe()
  const lines = new BoundedLines(pipe, 1000)
  for (let count = 0; count < 10_000; count++) lines.write(`${count} ${'x'.repeat(93)}\n`)
  expect(pipe.writableLength).toBeLessThanOrEqual(1100)
  expect(lines.writableLength).toBe(0)

  pipe.open()
  lines.write('after\n')
  const taken = pipe.lines
    .filter((line) => /^\d/.test(line))
    .map((line) => Number(line.split(' ')[0]))
  expect(taken).toEqual(taken.map((_, index) => index))
  expect(pipe.lines.at(-2)).toContain(`${10_000 - taken.length} lines of the log were dropped`)
  expect(pipe.lines.at(-1)).toBe('after')
})

test('a reader that is gone stops nobody', () => {
  const pipe = new StuckPipe()
  const lines = new BoundedLines(pipe)
  pipe.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }))
  expect(() => lines.write('a\n')).not.toThrow()
})

test.each(['json', 'pretty'] as const)('the log in %s writes through it', (logFormat) => {
  const pipe = new StuckPipe()
  pipe.open()
  const logger = createLogger({ logLevel: 'info', logFormat }, new BoundedLines(pipe))
  logger.info('hello')
  expect(pipe.lines.join()).toContain('hello')
})
