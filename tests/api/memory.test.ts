import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'
import { workersOf } from '@/tests/support/workers'

const STORYTELLER = fileURLToPath(
  new URL('../../models/storyteller/storyteller.gguf', import.meta.url),
)
const dataDir = mkdtempSync(join(tmpdir(), 'runnel-test-'))
// Storyteller needs about 104 MiB by estimate, nearly all of it for its process.
const server = new TestServer(dataDir, { RUNNEL_MEMORY: '150M', RUNNEL_PARALLEL: '1' })

beforeAll(async () => {
  mkdirSync(join(dataDir, 'models'))
  copyFileSync(STORYTELLER, join(dataDir, 'models', 'twin.gguf'))
  await server.start()
})
afterAll(() => server.dispose())

async function loadedModels(): Promise<string[]> {
  const { data } = await server.json<{ data: { id: string; loaded: unknown }[] }>('/v1/models')
  return data.filter(({ loaded }) => loaded).map(({ id }) => id)
}

const ask = (model: string) =>
  server.json('/v1/infer', {
    method: 'POST',
    body: JSON.stringify({ model, prompt: 'Once', max_tokens: 2 }),
  })

describe('two models, and memory for one', () => {
  it('makes room by unloading the one that nobody uses', async () => {
    await ask('storyteller')
    expect(await loadedModels()).toEqual(['storyteller'])
    await ask('twin')
    expect(await loadedModels()).toEqual(['twin'])
    expect(workersOf(server)).toHaveLength(1)
  })

  it('says with numbers that there is no room, while the other answers', async () => {
    const body = {
      model: 'twin',
      messages: [{ role: 'user', content: 'Tell me a story about a fox and a kite.' }],
      n: 40,
      stream: true,
    }
    const busy = await new RawStream(server, { path: '/v1/chat/completions', body }).when(
      ({ events }) => events.length > 1,
    )
    await expect(ask('storyteller')).rejects.toThrow(
      /503 .*needs about \d+ MiB of memory, and \d+ MiB are free/,
    )
    busy.leave()
    const idle = async () => {
      const { loaded } = await server.json<{ loaded: { active: number; queued: number } }>(
        '/v1/models/twin',
      )
      return loaded.active + loaded.queued === 0
    }
    await until(idle, 'an idle engine')
    await ask('storyteller')
    expect(await loadedModels()).toEqual(['storyteller'])
  })

  it('keeps one that is pinned, until it is not any more', async () => {
    const pin = (pinned: boolean) =>
      server.json('/v1/models/storyteller', { method: 'PATCH', body: JSON.stringify({ pinned }) })
    await pin(true)
    await expect(ask('twin')).rejects.toThrow('insufficient_memory')
    await pin(false)
    await ask('twin')
    expect(await loadedModels()).toEqual(['twin'])
  })
})
