import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { journalPath, openPartFile, partPath } from '@/lib/downloads/transfer/files'
import { RateLimiter } from '@/lib/downloads/transfer/rate-limiter'
import type { Content } from '../../../support/hub/content'
import type { Faults } from '../../../support/hub/faults'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type Harness, harness, MIB, NAME } from './transfer-harness'

const content = ggufContent({ size: 12 * MIB + 77 })
// Real sockets and disks: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

let h: Harness
afterEach(() => h.close())

async function succeeds(faults: Faults): Promise<void> {
  Object.assign(h.hub.faults, faults)
  await expect(h.run()).resolves.toEqual({ size: content.size, sha256: content.sha256 })
  expect(await h.hashOnDisk()).toBe(content.sha256)
  // Only what had the wrong hash is fetched again.
  if (!faults.wrongBytes) expect(h.seen).toEqual(h.seen.toSorted((a, b) => a - b))
  expect(h.seen.at(-1)).toBe(content.size)
}

describe('faults that pass', () => {
  const type = 'multipart/byteranges; boundary=x'
  const multipart = { headers: { values: { 'Content-Type': type }, times: 2 } }
  const unknownSize = { 'Content-Range': 'bytes 0-99/*' }
  const faults: [string, Faults][] = [
    ['a 200 with the whole body to a range', { ignoreRange: {} }],
    ['a 200 with the whole body once', { ignoreRange: { times: 1 } }],
    ['a 206 with another offset', { wrongOffset: { times: 2 } }],
    ['a 206 with another offset every time', { wrongOffset: {} }],
    ['a 206 that is shorter than asked', { wrongLength: {} }],
    ['a 206 with a Content-Length of its own', { disagreeingLength: { by: 100, times: 3 } }],
    ['a 206 with another Content-Length every time', { disagreeingLength: { by: 100 } }],
    ['several parts instead of one', multipart],
    ['a range that is encoded', { headers: { values: { 'Content-Encoding': 'gzip' }, times: 2 } }],
    ['a file of an unknown length', { headers: { values: unknownSize, times: 2 } }],
    ['wrong bytes under right headers', { wrongBytes: { times: 1 } }],
    ['wrong bytes to every range', { wrongBytes: {} }],
    ['a server that switches to another protocol', { switchProtocol: { times: 3 } }],
    ['an HTML page with status 200', { page: { type: 'html', times: 2 } }],
    ['a JSON error with status 200', { page: { type: 'json', times: 2 } }],
    ['bodies that end early', { endEarly: { afterBytes: 700_000 } }],
    ['a connection reset every megabyte', { reset: { afterBytes: 1_000_000 } }],
    ['a stall on one connection', { stall: { afterBytes: 200_000, times: 1 } }],
    ['a stall on all connections', { stall: { afterBytes: 200_000, times: 4 } }],
    ['signed addresses that expire', { expire: { afterBytes: 2 * MIB } }],
    ['416 once', { rangeNotSatisfiable: { times: 1 } }],
    ['416 every time', { rangeNotSatisfiable: {} }],
    [
      '429 with seconds',
      { status: { code: 429, times: 3, retryAfter: { seconds: 1, as: 'seconds' } } },
    ],
    [
      '503 with a date',
      { status: { code: 503, times: 3, retryAfter: { seconds: 1, as: 'date' } } },
    ],
    ['500 without a word', { status: { code: 500, times: 3 } }],
    ['429 of the hub itself', { status: { code: 429, times: 2, at: 'hub' } }],
    ['a hub that is gone for a while', { down: { times: 8 } }],
    ['no Content-Length', { noLength: {} }],
    ['no ranges at all', { noRanges: {} }],
    ['no ranges, and cuts', { noRanges: {}, reset: { afterBytes: 5_000_000, times: 3 } }],
  ]
  test.each(faults)('%s', async (_name, fault) => {
    h = await harness(content, { stallMs: fault.stall ? 300 : undefined })
    await succeeds(fault)
  })

  test('the same faults in the middle of the file', async () => {
    h = await harness(content, { limiter: new RateLimiter(6 * MIB), stallMs: 300 })
    const running = h.run()
    await until(() => (h.seen.at(-1) ?? 0) > 2 * MIB)
    Object.assign(h.hub.faults, {
      ignoreRange: { times: 1 },
      wrongOffset: { times: 1 },
      page: { type: 'html', times: 1 },
      stall: { afterBytes: 100_000, times: 2 },
    })
    await expect(running).resolves.toEqual({ size: content.size, sha256: content.sha256 })
    expect(await h.hashOnDisk()).toBe(content.sha256)
  })

  test('a hub that is gone for a while', async () => {
    h = await harness(content, { limiter: new RateLimiter(8 * MIB), giveUpMs: 60_000 })
    const running = h.run()
    await until(() => (h.seen.at(-1) ?? 0) > 2 * MIB)
    h.hub.faults.down = {}
    h.hub.faults.reset = { afterBytes: 0 }
    await until(() => h.notes.some((note) => note?.includes('Trying again')))
    delete h.hub.faults.down
    delete h.hub.faults.reset
    await expect(running).resolves.toEqual({ size: content.size, sha256: content.sha256 })
    expect(h.notes.at(-1)).toBeNull()
  })

  test('a server that says nothing of size, hash or tag', async () => {
    h = await harness(content)
    h.file = { ...h.file, size: null, sha256: null, etag: null }
    await succeeds({})
    await h.close()
    h = await harness(content)
    h.file = { ...h.file, size: null, sha256: null, etag: null }
    await succeeds({ noLength: {} })
  })
})

describe('what Retry-After asks for holds for all connections', () => {
  test('nobody asks before it is over', async () => {
    h = await harness(content)
    h.hub.faults.status = { code: 429, times: 1, retryAfter: { seconds: 1, as: 'seconds' } }
    const before = Date.now()
    await h.run()
    expect(Date.now() - before).toBeGreaterThanOrEqual(990)
    expect(h.notes[0]).toContain('asks to wait 1 s')
  })
})

describe('faults that end it', () => {
  const fails = (faults: Faults, code: string) => {
    Object.assign(h.hub.faults, faults)
    return expect(h.run()).rejects.toMatchObject({ code })
  }

  const faults: [string, Faults, string][] = [
    ['pages for ever', { page: { type: 'html' } }, 'bad_reply'],
    ['a redirect loop', { redirectLoop: {} }, 'redirect_loop'],
    [
      'a redirect to a private address',
      { redirectTo: { url: 'http://10.0.0.1/x' } },
      'address_refused',
    ],
    [
      'a redirect to another port of this machine',
      { redirectTo: { url: 'http://127.0.0.1:9/x' } },
      'address_refused',
    ],
    [
      'a redirect to another host',
      { redirectTo: { url: 'https://example.com/x' } },
      'address_refused',
    ],
    [
      'a redirect to a file of this machine',
      { redirectTo: { url: 'file:///etc/passwd' } },
      'address_refused',
    ],
    ['a redirect to what is no address', { redirectTo: { url: 'http://[' } }, 'bad_reply'],
    ['a private model', { private: {} }, 'repository_not_found'],
    ['a gated model', { gated: {} }, 'gated_model'],
    ['500 for ever', { status: { code: 500 } }, 'hub_unreachable'],
    ['a hub that is away', { down: {} }, 'hub_unreachable'],
    ['a switch to another protocol for ever', { switchProtocol: {} }, 'bad_reply'],
    ['signed addresses that never work', { expire: { afterBytes: 0 } }, 'bad_reply'],
  ]
  test.each(faults)('%s', async (_name, fault, code) => {
    // On a busy machine six bad answers take longer than the time given to a hub that is away.
    h = await harness(content, { giveUpMs: code === 'hub_unreachable' ? 200 : 60_000 })
    await fails(fault, code)
  })

  test('a file, a revision and a repository that are not there are told apart', async () => {
    h = await harness(content)
    const { url } = h.file
    h.file = { ...h.file, url: url.replace(NAME, 'other.gguf') }
    await fails({}, 'file_not_found')
    h.file = { ...h.file, url: url.replace('/main/', '/nowhere/') }
    await fails({}, 'revision_not_found')
    h.file = { ...h.file, url: url.replace('acme', 'nobody') }
    await fails({}, 'repository_not_found')
  })

  test('a wrong hash, also when it is fetched again; nothing of it is kept', async () => {
    h = await harness(content)
    h.file = { ...h.file, sha256: 'f'.repeat(64), etag: null }
    h.hub.add('acme/tiny', { [NAME]: { content, claimedSha256: 'f'.repeat(64) } })
    await fails({}, 'checksum_mismatch')
    expect(h.hub.served(NAME)).toBe(2 * content.size)
    // From a fresh address, as a whole.
    expect(h.hub.requests.filter(({ server }) => server === 'hub')).toHaveLength(2)
    expect(h.hub.requests.at(-1)?.range).toBeNull()
    expect(h.restarts).toBe(1)
    expect(existsSync(partPath(h.path))).toBe(false)
    expect(existsSync(journalPath(h.path))).toBe(false)
  })

  test('a disk that is full in the middle; what is there is gone on with', async () => {
    let room = 4 * MIB
    h = await harness(content, {
      openPart: async (path, fresh) => {
        const part = await openPartFile(path, fresh)
        const write: typeof part.write = async (bytes, position) => {
          room -= bytes.length
          if (room < 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
          return part.write(bytes, position)
        }
        return {
          write,
          sync: () => part.sync(),
          truncate: (size) => part.truncate(size),
          close: () => part.close(),
        }
      },
    })
    await fails({}, 'disk_full')
    const kept = h.seen.at(-1) ?? 0
    expect(kept).toBeGreaterThan(0)
    room = 100 * MIB
    const served = h.hub.served(NAME)
    await h.run()
    expect(h.hub.served(NAME) - served).toBe(content.size - kept)
    expect(await h.hashOnDisk()).toBe(content.sha256)
  })

  test('a thread that hashes and breaks; nothing is fetched again after it', async () => {
    h = await harness(content)
    const { hasher } = h.settings
    const finish = () => Promise.reject(new Error('The thread ended.'))
    const begin = (path: string) => ({ ...hasher.begin(path), finish })
    h.settings.hasher = { buffers: hasher.buffers, begin }
    await fails({}, 'cannot_verify')
    h.settings.hasher = hasher
    await succeeds({})
    expect(h.hub.served(NAME)).toBe(content.size)
  })

  test('a folder that is no folder', async () => {
    h = await harness(content)
    const folder = dirname(h.path)
    await rm(folder, { recursive: true })
    await writeFile(folder, '')
    await fails({}, 'cannot_write')
  })
})

describe('a file that changes', () => {
  const other = ggufContent({ size: content.size, seed: 'other' })

  test('is never mixed with what came before', async () => {
    h = await harness(content, { limiter: new RateLimiter(6 * MIB) })
    const running = h.run()
    await until(() => (h.seen.at(-1) ?? 0) > 2 * MIB)
    h.hub.replace('acme/tiny', NAME, other)
    await expect(running).rejects.toMatchObject({ fault: { kind: 'changed' } })
    h.file = { ...h.file, sha256: other.sha256, etag: other.sha256 }
    h.settings.limiter.setRate(null)
    await expect(h.run()).resolves.toEqual({ size: other.size, sha256: other.sha256 })
    expect(await h.hashOnDisk()).toBe(other.sha256)
    // Known before a byte of it came, not by the hash in the end.
    expect(h.restarts).toBe(0)
  })

  test('is noticed by its size', async () => {
    h = await harness(content)
    h.file = { ...h.file, sha256: null, etag: null }
    h.hub.replace('acme/tiny', NAME, ggufContent({ size: content.size - 1 }))
    await expect(h.run()).rejects.toMatchObject({ fault: { kind: 'changed' } })
  })
})

describe('a file without a published hash', () => {
  const other = ggufContent({ size: content.size, seed: 'other' })
  const plain = (given: Parameters<typeof harness>[1] = {}) =>
    harness(content, given).then((made) => {
      h = made
      h.file = { ...h.file, sha256: null, etag: null, size: null }
    })
  const half = () => until(() => (h.seen.at(-1) ?? 0) > 3 * MIB)

  /** Pauses in the middle; the file is another one when it goes on, which is noticed, and then fetched whole. */
  async function becomesHalfway(next: Content): Promise<void> {
    const stop = new AbortController()
    const running = h.run(stop.signal)
    await half()
    stop.abort(new Error('paused'))
    await expect(running).rejects.toThrow('paused')
    h.hub.replace('acme/tiny', NAME, next)
    h.settings.limiter.setRate(null)
    await expect(h.run()).rejects.toMatchObject({ fault: { kind: 'changed' } })
    await expect(h.run()).resolves.toEqual({ size: next.size, sha256: next.sha256 })
  }

  test('that changed meanwhile is begun anew, and then is the new one', async () => {
    await plain({ limiter: new RateLimiter(6 * MIB) })
    await becomesHalfway(other)
  })

  test('that is whole is not fetched again when its job goes on', async () => {
    await plain()
    await h.run()
    const { length } = h.hub.requests
    await expect(h.run()).resolves.toEqual({ size: content.size, sha256: content.sha256 })
    expect(h.hub.requests).toHaveLength(length)
  })

  test('that became smaller, and has the tag that it had, is begun anew', async () => {
    const small = ggufContent({ size: MIB })
    await plain({ limiter: new RateLimiter(6 * MIB) })
    h.hub.faults.headers = { values: { ETag: '"same"' } }
    await becomesHalfway(small)
  })

  test('and with nothing that tells versions apart comes in one reply', async () => {
    await plain()
    h.hub.faults.noValidator = {}
    await expect(h.run()).resolves.toEqual({ size: content.size, sha256: content.sha256 })
    expect(h.hub.requests.filter(({ sent }) => sent === content.size)).toHaveLength(1)
  })

  test('and with nothing that tells versions apart is begun anew after a cut', async () => {
    await plain({ limiter: new RateLimiter(6 * MIB) })
    Object.assign(h.hub.faults, { noValidator: {}, reset: { afterBytes: 5 * MIB, times: 2 } })
    await expect(h.run()).rejects.toMatchObject({ fault: { kind: 'changed' } })
    expect(existsSync(partPath(h.path))).toBe(false)
    h.hub.replace('acme/tiny', NAME, other)
    h.settings.limiter.setRate(null)
    await expect(h.run()).resolves.toEqual({ size: other.size, sha256: other.sha256 })
  })

  test('and with nothing that tells versions apart is begun anew after a pause', async () => {
    await plain({ limiter: new RateLimiter(6 * MIB) })
    h.hub.faults.noValidator = {}
    const stop = new AbortController()
    const running = h.run(stop.signal)
    await half()
    stop.abort(new Error('paused'))
    await expect(running).rejects.toThrow('paused')
    h.hub.replace('acme/tiny', NAME, other)
    h.settings.limiter.setRate(null)
    await expect(h.run()).resolves.toEqual({ size: other.size, sha256: other.sha256 })
    expect(await h.hashOnDisk()).toBe(other.sha256)
  })
})

describe('the token', () => {
  test('goes to the hub and nowhere else', async () => {
    h = await harness(content, { token: 'hf_double' })
    await succeeds({ gated: undefined, private: {} })
    const told = h.hub.requests.filter((request) => request.authorization !== null)
    expect(new Set(told.map((request) => request.server))).toEqual(new Set(['hub']))
  })
})
