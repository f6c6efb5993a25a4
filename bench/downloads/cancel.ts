// Cancels stalled downloads of the built server and says how long each answer took; run it by cancel.mjs.
import { ggufContent } from '../../tests/support/hub/gguf'
import { startHub } from '../../tests/support/hub/hub'
import { startServer } from '../../tests/support/server'
import { until } from '../../tests/support/until'

const PATH = '/v1/models/download'
const SIZE = 16 * 1024 * 1024
const STALL_AFTER = 300_000
const CONNECTIONS = 4

const hub = await startHub({ faults: { stall: { afterBytes: STALL_AFTER } } })
const server = await startServer({ env: hub.env })
const times: number[] = []
for (let round = 0; round < Number(process.argv[2] ?? 20); round++) {
  const file = `stalled${round}.Q8_0.gguf`
  hub.add(`acme/stalled${round}`, { [file]: ggufContent({ size: SIZE, seed: file }) })
  const body = JSON.stringify({ model_ref: `hf:acme/stalled${round}` })
  const started = await server.json<{ download_id: string }>(PATH, { method: 'POST', body })
  await until(() => hub.served(file) >= STALL_AFTER * CONNECTIONS, 'all connections to stall')
  const askedAt = performance.now()
  await server.json(`${PATH}/${started.download_id}`, { method: 'DELETE' })
  times.push(performance.now() - askedAt)
}
await server.dispose()
await hub.stop()
const sorted = times.toSorted((a, b) => a - b)
const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.toFixed(1)
console.log(
  `${times.length} cancels in a stall answered in ${at(0.5)} ms (median), ${at(1)} ms (slowest).`,
)
