import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Content } from './content'
import { acts, type Faults } from './faults'

const SLICE = 256 * 1024

/** Sends `[start, end)` with whatever goes wrong on the way; `onBytes` is told what was sent. */
export async function sendBody(
  response: ServerResponse,
  content: Content,
  range: { start: number; end: number },
  faults: Faults,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const cuts = cutsOf(faults)
  const throttle = acts(faults.throttle)
  const closed = once(response, 'close')
  let offset = range.start
  while (offset < range.end) {
    const sent = offset - range.start
    if (sent >= cuts.at) return cuts.act(response)
    // A throttle that is taken away frees the replies that it held, too.
    const slow = throttle && faults.throttle === throttle && sent >= (throttle.afterBytes ?? 0)
    const bytesPerSecond = slow ? throttle.bytesPerSecond : null
    const slice = Math.min(sliceSize(bytesPerSecond), range.end - offset, cuts.at - sent)
    const bytes = content.read(offset, slice)
    response.write(bytes)
    offset += bytes.length
    onBytes(bytes.length)
    if (bytesPerSecond) await sleep((bytes.length / bytesPerSecond) * 1000)
    // Asked after the pause: the drain may have come during it, and does not come twice.
    if (response.writableNeedDrain)
      await Promise.race([closed, new Promise((done) => response.once('drain', done))])
    if (response.destroyed || response.socket?.destroyed) return
  }
  response.end()
}

type Cuts = { at: number; act: (response: ServerResponse) => void }

function cutsOf(faults: Faults): Cuts {
  const stall = acts(faults.stall)
  if (stall) return { at: stall.afterBytes, act: () => undefined }
  const reset = acts(faults.reset)
  if (reset) return { at: reset.afterBytes, act: (r) => r.socket?.resetAndDestroy() }
  const early = acts(faults.endEarly)
  if (early) return { at: early.afterBytes, act: (r) => r.socket?.end() }
  return { at: Number.POSITIVE_INFINITY, act: () => undefined }
}

function sliceSize(bytesPerSecond: number | null): number {
  return bytesPerSecond ? Math.max(1024, Math.min(SLICE, Math.ceil(bytesPerSecond / 50))) : SLICE
}
