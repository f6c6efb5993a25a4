// Serves one file of the test hub and prints where; when it is stopped, how many seconds of CPU that took:
// node serve.mjs BYTES
import { ggufContent } from '../../tests/support/hub/gguf'
import { startHub } from '../../tests/support/hub/hub'

const content = ggufContent({ size: Number(process.argv[2]) })
const hub = await startHub({ models: { 'acme/big': { 'big.Q8_0.gguf': content } } })
const url = `${hub.url}/acme/big/resolve/main/big.Q8_0.gguf`
const { size, sha256 } = content
console.log(JSON.stringify({ url, hub: hub.url, cdn: new URL(hub.cdnUrl).host, size, sha256 }))
const before = process.cpuUsage()
process.on('SIGTERM', () => {
  const { user, system } = process.cpuUsage(before)
  console.log(JSON.stringify({ cpu: (user + system) / 1e6 }))
  process.exit()
})
