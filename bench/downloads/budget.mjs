// What a download of 1 GiB is made of, each part alone, in seconds and in seconds of CPU:
// node bench/downloads/budget.mjs [--dir /tmp]
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const GIB = 1024 ** 3
const MIB = 1024 ** 2
const bytes = Buffer.alloc(MIB, 'runnel')

if (isMainThread) await main()
else serve()

async function main() {
  const { values } = parseArgs({ options: { dir: { type: 'string', default: tmpdir() } } })
  const path = join(values.dir, `runnel-budget-${process.pid}`)
  const hash = createHash('sha256')
  await measure('SHA-256', () => repeat(() => hash.update(bytes)))
  const file = openSync(path, 'w+')
  await measure('write', () => repeat((at) => writeSync(file, bytes, 0, MIB, at)))
  await measure('bring it to the disk', () => fdatasyncSync(file))
  await measure('read it back', () => repeat((at) => readSync(file, bytes, 0, MIB, at)))
  closeSync(file)
  rmSync(path)
  const server = new Worker(new URL(import.meta.url))
  const port = await new Promise((resolve) => server.once('message', resolve))
  await measure('send and receive over loopback', () => receive(port))
  await server.terminate()
}

function repeat(step) {
  for (let at = 0; at < GIB; at += MIB) step(at)
}

async function measure(what, work) {
  const before = process.cpuUsage()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  console.log(`${what}: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of CPU`)
}

/** Sends 1 GiB to whoever connects. */
function serve() {
  const server = createServer(async (socket) => {
    for (let sent = 0; sent < GIB; sent += MIB)
      if (!socket.write(bytes)) await once(socket, 'drain')
    socket.end()
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
}

function receive(port) {
  const onread = { buffer: bytes, callback: () => true }
  const socket = connect({ host: '127.0.0.1', port, onread })
  return once(socket, 'close')
}
