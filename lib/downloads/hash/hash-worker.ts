// The thread that hashes, in a file of its own: the build bundles it apart from the server.
import { parentPort, workerData } from 'node:worker_threads'
import { SharedSlices } from './buffer-pool'
import { HashQueue, type HashRequest } from './hash-queue'

/** Long enough that the turns cost nothing, short enough that requests do not wait. */
const STEPS_IN_A_TURN = 8

const port = parentPort
if (!port) throw new Error('This file is the entry of a worker thread.')
const queue = new HashQueue(new SharedSlices(workerData), (answer) => port.postMessage(answer))
let running = false

function turn(): void {
  running = true
  let more = true
  for (let step = 0; more && step < STEPS_IN_A_TURN; step += 1) more = queue.step()
  if (more) setImmediate(turn)
  else running = false
}

port.on('message', (request: HashRequest) => {
  queue.handle(request)
  if (!running) turn()
})
