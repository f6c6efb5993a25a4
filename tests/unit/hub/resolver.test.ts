import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HubClient } from '@/lib/hub/hub-client'
import { Resolver } from '@/lib/hub/resolver'
import type { Memory } from '@/lib/models/machine'
import { AddressPolicy } from '@/lib/platform/http/address-policy'
import type { Content } from '../../support/hub/content'
import { type Hub, startHub } from '../../support/hub/hub'
import { hubClient } from './hub-http'

const GIB = 1024 ** 3
const signal = new AbortController().signal

let hub: Hub

/** A file that is only looked at from outside: its bytes are never asked for. */
function file(size: number): Content {
  return { size, sha256: 'ab'.repeat(32), read: () => Buffer.alloc(0) }
}

function memory(total: number): Memory {
  return { total, available: total, limitedBy: 'machine' }
}

function resolverFor(total: number, token?: string): Resolver {
  return new Resolver({
    hub: hubClient(hub.url, { token }),
    addresses: new AddressPolicy(hub.url, ['files.test:8443', '[fd00::1]:8443']),
    measureMemory: async () => memory(total),
  })
}

const resolve = (ref: string, total = 16 * GIB, token?: string) =>
  resolverFor(total, token).resolve(ref, signal)

beforeEach(async () => {
  hub = await startHub()
  hub.add('acme/big', {
    'README.md': file(1),
    'big-Q2_K.gguf': file(2 * GIB),
    'big-Q4_K_M.gguf': file(4 * GIB),
    'big-Q8_0.gguf': file(8 * GIB),
    'mmproj-big-F32.gguf': file(2),
    'mmproj-big-F16.gguf': file(1),
  })
})

afterEach(() => hub.stop())

describe('the files of a reference', () => {
  it('are those of the quantization that was named, and the projector', async () => {
    const resolved = await resolve('hf:acme/big:q8_0')
    const commit = resolved.revision
    expect(resolved).toMatchObject({
      target: 'hf:acme/big/big-Q8_0.gguf',
      modelId: 'acme/big:Q8_0',
      quantization: 'Q8_0',
      licence: 'mit',
      hub: true,
    })
    expect(resolved.files).toMatchObject([
      {
        url: `${hub.url}/acme/big/resolve/${commit}/big-Q8_0.gguf`,
        path: 'models/hf/acme/big/big-Q8_0.gguf',
        size: 8 * GIB,
        sha256: 'ab'.repeat(32),
        role: 'weights',
      },
      { path: 'models/hf/acme/big/mmproj-big-F16.gguf', role: 'projector' },
    ])
  })

  it('are those with the projector beside them, else the one at the top', async () => {
    hub.add('acme/folders', {
      'a/x-Q8_0.gguf': file(1),
      'b/x-Q4_0.gguf': file(1),
      'b/mmproj-F16.gguf': file(1),
      'mmproj-F16.gguf': file(1),
    })
    const projector = async (label: string) =>
      (await resolve(`hf:acme/folders:${label}`)).files[1]?.path
    expect(await projector('Q8_0')).toBe('models/hf/acme/folders/mmproj-F16.gguf')
    expect(await projector('Q4_0')).toBe('models/hf/acme/folders/b/mmproj-F16.gguf')
  })

  it.each([
    [16, 'Q4_K_M'],
    [4, 'Q2_K'],
    [1, 'Q2_K'],
  ])('are the best for %d GiB of memory: %s', async (total, quantization) => {
    expect((await resolve('hf:acme/big', total * GIB)).quantization).toBe(quantization)
  })

  it('are all parts of a split file, whichever part was named', async () => {
    const parts = [1, 2, 3].map((part) => `sub/big-Q4_K_M-0000${part}-of-00003.gguf`)
    hub.add('acme/split', Object.fromEntries(parts.map((path) => [path, file(100)])))
    const byPart = await resolve(`hf:acme/split/${parts[1]}`)
    expect(byPart.files.map(({ path }) => path)).toEqual(
      parts.map((path) => `models/hf/acme/split/${path}`),
    )
    expect(byPart.modelId).toBe('acme/split:Q4_K_M')
  })
})

describe('companions of a model', () => {
  beforeEach(() =>
    hub.add('acme/moe', {
      'moe-Q8_0.gguf': file(8 * GIB),
      'mtp-moe-Q8_0.gguf': file(GIB),
      'MTP/mtp-moe-Q4_0.gguf': file(GIB / 2),
      'moe-imatrix.gguf': file(GIB / 8),
      'imatrix.gguf': file(GIB / 8),
    }),
  )

  it.each(['hf:acme/moe', 'hf:acme/moe:Q8_0'])('are not taken for it by %s', async (ref) => {
    const { files, modelId } = await resolve(ref)
    expect(files.map(({ path }) => path)).toEqual(['models/hf/acme/moe/moe-Q8_0.gguf'])
    expect(modelId).toBe('acme/moe:Q8_0')
  })

  it('are no quantization of it', async () => {
    const hint = 'There are: Q8_0.'
    await expect(resolve('hf:acme/moe:Q4_0')).rejects.toMatchObject({ hint })
  })

  it('come by name, under a name of their own', async () => {
    const drafter = await resolve('hf:acme/moe/mtp-moe-Q8_0.gguf')
    expect(drafter.modelId).toBe('acme/moe/mtp-moe-Q8_0.gguf')
    await expect(resolve('hf:acme/moe/imatrix.gguf')).rejects.toMatchObject({
      code: 'not_a_model',
      message: 'imatrix.gguf is the calibration that a model was quantized with, not a model.',
    })
  })

  it('are models where there is nothing else', async () => {
    hub.add('acme/drafts', { 'mtp-moe-Q8_0.gguf': file(1), 'mtp-moe-Q4_0.gguf': file(1) })
    expect((await resolve('hf:acme/drafts:Q4_0')).modelId).toBe('acme/drafts:Q4_0')
    hub.add('acme/matrix', { 'imatrix.gguf': file(1) })
    await expect(resolve('hf:acme/matrix')).rejects.toMatchObject({ code: 'no_gguf_files' })
  })
})

describe('the target', () => {
  it('is the same for every way of writing the same thing', async () => {
    const { revision } = await resolve('hf:acme/big')
    const ways = [
      'hf:acme/big',
      'acme/big',
      'hf:acme/big:Q4_K_M',
      'hf:acme/big:q4_k_m@main',
      'hf:acme/big/big-Q4_K_M.gguf',
      `hf:acme/big@${revision}`,
      `${hub.url}/acme/big/resolve/main/big-Q4_K_M.gguf?download=true`,
      `${hub.url}/acme/big/blob/main/big-Q4_K_M.gguf`,
    ]
    const targets = await Promise.all(ways.map(async (ref) => (await resolve(ref)).target))
    expect(new Set(targets)).toEqual(new Set(['hf:acme/big/big-Q4_K_M.gguf']))
  })

  it('and the place on disk are others for what is not the newest revision', async () => {
    const hubWithOld: Pick<HubClient, 'repository' | 'endpoint' | 'hasToken'> = {
      endpoint: 'https://hub.test',
      hasToken: false,
      repository: async (id, { revision }) => ({
        id,
        revision: (revision === 'v1' ? 'a' : 'b').repeat(40),
        files: [{ path: 'x-Q8_0.gguf', size: 1, sha256: null }],
        ...{ downloads: 0, likes: 0, gated: false, licence: null, tags: [], updatedAt: null },
      }),
    }
    const resolver = new Resolver({
      hub: hubWithOld,
      addresses: new AddressPolicy('https://hub.test', []),
      measureMemory: async () => memory(GIB),
    })
    expect(await resolver.resolve('hf:acme/tiny@v1', signal)).toMatchObject({
      target: `hf:acme/tiny/x-Q8_0.gguf@${'a'.repeat(40)}`,
      modelId: 'acme/tiny:Q8_0@aaaaaaaaaaaa',
      files: [{ path: 'models/hf/acme/tiny@aaaaaaaaaaaa/x-Q8_0.gguf' }],
    })
  })
})

describe('what can not be resolved', () => {
  it.each([
    ['hf:acme/none', 'repository_not_found'],
    ['hf:acme/big@v9', 'revision_not_found'],
    ['hf:acme/big/none.gguf', 'file_not_found'],
    ['hf:acme/big:Q5_K_M', 'quantization_not_found'],
    ['hf:acme/big/mmproj-big-F16.gguf', 'not_a_model'],
    ['https://example.com/x.gguf', 'address_refused'],
    ['https://files.test:8443/%2e%2e%2fx.gguf', 'invalid_model_ref'],
  ])('%s: %s', async (ref, code) => {
    await expect(resolve(ref)).rejects.toMatchObject({ code })
  })

  it('says which quantizations there are', async () => {
    const hint = 'There are: Q2_K, Q4_K_M, Q8_0.'
    await expect(resolve('hf:acme/big:IQ1_S')).rejects.toMatchObject({ hint })
  })

  it('is a repository without GGUF files', async () => {
    hub.add('acme/torch', { 'model.safetensors': file(1) })
    await expect(resolve('hf:acme/torch')).rejects.toMatchObject({ code: 'no_gguf_files' })
  })

  it('is a set that lacks a part', async () => {
    hub.add('acme/half', { 'x-Q8_0-00001-of-00002.gguf': file(1) })
    await expect(resolve('hf:acme/half')).rejects.toMatchObject({ code: 'incomplete_set' })
  })

  it('is a quantization that several files have', async () => {
    hub.add('acme/two', { 'a-Q8_0.gguf': file(1), 'b-Q8_0.gguf': file(1) })
    await expect(resolve('hf:acme/two:Q8_0')).rejects.toMatchObject({
      code: 'ambiguous_model_ref',
      hint: expect.stringContaining('hf:acme/two/b-Q8_0.gguf'),
    })
    expect((await resolve('hf:acme/two/b-Q8_0.gguf')).modelId).toBe('acme/two/b-Q8_0.gguf')
  })

  it('is a gated model without a token, with the way to one', async () => {
    hub.add('acme/gated', { 'x-Q8_0.gguf': file(1) }, { gated: 'manual' })
    await expect(resolve('hf:acme/gated')).rejects.toMatchObject({
      code: 'gated_model',
      status: 403,
      hint: expect.stringContaining(`${hub.url}/acme/gated`),
    })
    expect((await resolve('hf:acme/gated', GIB, hub.token)).modelId).toBe('acme/gated:Q8_0')
  })
})

it('takes files of hosts that were named', async () => {
  expect(await resolve('https://files.test:8443/sets/x-Q4_0.gguf?signature=1')).toEqual({
    target: 'https://files.test:8443/sets/x-Q4_0.gguf',
    modelId: 'files.test_8443/sets/x-Q4_0.gguf',
    revision: null,
    quantization: 'Q4_0',
    licence: null,
    hub: false,
    files: [
      {
        url: 'https://files.test:8443/sets/x-Q4_0.gguf?signature=1',
        path: 'models/url/files.test_8443/sets/x-Q4_0.gguf',
        size: null,
        sha256: null,
        etag: null,
        role: 'weights',
      },
    ],
  })
})

it('takes files of an address without a name, or with a slash too many', async () => {
  const { modelId, files } = await resolve('https://[fd00::1]:8443/x-Q4_0.gguf')
  expect(modelId).toBe('fd00__1_8443/x-Q4_0.gguf')
  expect(files[0]?.path).toBe('models/url/fd00__1_8443/x-Q4_0.gguf')
  // Asked for as it is: to some servers it is another file.
  const twice = await resolve('https://files.test:8443/s//x.gguf')
  expect(twice.files).toMatchObject([
    {
      url: 'https://files.test:8443/s//x.gguf',
      path: 'models/url/files.test_8443/s/x.gguf',
    },
  ])
})

it('takes all parts of a split file, whichever was named', async () => {
  const address = (index: number) =>
    `https://files.test:8443/x-Q4_0-0000${index}-of-00002.gguf?key=1`
  for (const index of [1, 2]) {
    const resolved = await resolve(address(index))
    expect(resolved.files.map(({ url }) => url)).toEqual([address(1), address(2)])
    expect(resolved.target).toBe('https://files.test:8443/x-Q4_0-00001-of-00002.gguf')
  }
})

it('takes a branch that has a # in its name', async () => {
  hub.add('acme/branch', { 'x-Q8_0.gguf': file(1) }, { revisions: ['main', 'fix#1'] })
  expect((await resolve('hf:acme/branch@fix#1')).modelId).toBe('acme/branch:Q8_0')
  await expect(resolve('hf:acme/branch@fix')).rejects.toMatchObject({ code: 'revision_not_found' })
})

it('has nothing to fetch for what ships with Runnel', async () => {
  const expected = { modelId: 'storyteller', files: [] }
  expect(await resolve('builtin:storyteller')).toMatchObject(expected)
})
