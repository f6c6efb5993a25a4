// Downloads one file with the engine, hash and journal included, and prints what it took:
// node fetch.mjs '{"url","hub","cdn","size","sha256"}' FILE CONNECTIONS
import { join } from 'node:path'
import { HashThread } from '../../lib/downloads/hash/hash-thread'
import { transferFile } from '../../lib/downloads/transfer/file-transfer'
import { readBootId } from '../../lib/downloads/transfer/files'
import { RateLimiter } from '../../lib/downloads/transfer/rate-limiter'
import { AddressPolicy } from '../../lib/platform/http/address-policy'
import { HttpClient } from '../../lib/platform/http/http-client'

const [given = '{}', path = '', connections = '4'] = process.argv.slice(2)
const { url, hub, cdn, size, sha256 } = JSON.parse(given)
const client = new HttpClient({ policy: new AddressPolicy(hub, [cdn]), timeoutMs: 15_000 })
const hasher = new HashThread(join(import.meta.dirname, 'hash-worker.mjs'))
const started = performance.now()
await transferFile(
  {
    client,
    limiter: new RateLimiter(null),
    hasher,
    connections: Number(connections),
    stallMs: 15_000,
    giveUpMs: 60_000,
    backoffMs: { base: 500, cap: 30_000 },
    bootId: readBootId(),
  },
  { url, path, size, sha256, etag: null, role: 'weights' },
  path,
  {
    onBytes: () => undefined,
    onSize: async () => undefined,
    onFetched: async () => undefined,
    onRestart: async () => undefined,
    onNote: () => undefined,
  },
  new AbortController().signal,
)
const seconds = (performance.now() - started) / 1000
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const cpu = (userCPUTime + systemCPUTime) / 1e6
console.log(JSON.stringify({ seconds, cpu, rssMiB: maxRSS / 1024 }))
await client.close()
await hasher.close()
