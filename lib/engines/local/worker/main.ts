import { type FromWorker, toWorker } from '../protocol'
import { Outbox } from './outbox'
import { LlamaWorker } from './worker'

/** Milliseconds between signs of life. */
const BEAT_MS = 250

const send = (message: FromWorker): void => {
  process.send?.(message)
}
const outbox = new Outbox(
  (items) => send({ kind: 'output', items: [...items] }),
  () => worker.streams,
  {
    now: () => performance.now(),
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  },
)
const beat = (pausing: boolean): void =>
  send({
    kind: 'beat',
    evaluations: worker.evaluations,
    pausing,
    memoryBytes: process.memoryUsage.rss(),
  })
const worker = new LlamaWorker(send, outbox, () => beat(true))

process.on('message', (message) => {
  void worker.handle(toWorker.parse(message))
})
// The server is gone, whatever the reason: nobody is left to work for.
process.on('disconnect', () => process.exit(0))
setInterval(() => beat(false), BEAT_MS)
