import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { LocalEngine } from '@/lib/engines/local/local-engine'
import { until } from '@/tests/support/until'
import { FakeClock } from './fake-clock'
import { collect, createEngine, generate, installed, request, unending } from './support'

const DAY = 86_400_000

const engines: LocalEngine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()))
})

/** A real engine with real workers, whose time a test lets pass. */
function create(model = installed('storyteller')) {
  const clock = new FakeClock()
  const used: string[] = []
  const models = {
    get: async () => model,
    touch: async (id: string) => {
      used.push(id)
    },
    checkPresent: async () => undefined,
  }
  const { engine } = createEngine({ later: clock.later, now: clock.now, models })
  engines.push(engine)
  const use = (keepAliveMs?: number, signal = unending) =>
    collect(generate(engine, request({ keepAliveMs, maxTokens: 1 }), signal))
  const isLoaded = () => engine.status().some(({ state }) => state === 'ready')
  /** Uses a model that is not loaded, and gives it up while it loads. */
  const giveUp = async (keepAliveMs: number) => {
    const leave = new AbortController()
    const asked = use(keepAliveMs, leave.signal)
    await until(() => engine.status()[0]?.state === 'loading', 'the load')
    leave.abort()
    expect((await asked).done.finishReason).toBe('cancelled')
  }
  return { engine, clock, use, isLoaded, giveUp, used }
}

describe('an idle model', { timeout: 120_000 }, () => {
  it('is unloaded after as long as was said', async () => {
    const { clock, use, isLoaded } = create()
    await use()
    clock.advance(299_999)
    expect(isLoaded()).toBe(true)
    await use(1000)
    clock.advance(999)
    expect(isLoaded()).toBe(true)
    clock.advance(1)
    expect(isLoaded()).toBe(false)
  })

  it('begins to be idle when the load has ended that somebody gave up', async () => {
    const { engine, clock, isLoaded, giveUp } = create()
    await giveUp(1000)
    clock.advance(60_000)
    await until(isLoaded, 'the end of the load')
    await until(() => engine.status()[0]?.expiresAt, 'the idle time')
    clock.advance(999)
    expect(isLoaded()).toBe(true)
    clock.advance(1)
    expect(isLoaded()).toBe(false)
  })

  it('does as the last said of those who gave up a load', async () => {
    const { clock, isLoaded, giveUp } = create()
    await giveUp(1000)
    await giveUp(-1)
    await until(isLoaded, 'the end of the load')
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(400 * DAY)
    expect(isLoaded()).toBe(true)
  })

  it('may be idle for longer than a timer can wait, or for ever', async () => {
    const { engine, clock, use, isLoaded } = create()
    await use(60 * DAY)
    clock.advance(59 * DAY)
    expect(isLoaded()).toBe(true)
    await use(-1)
    expect(engine.status()[0]?.expiresAt).toBeNull()
    clock.advance(400 * DAY)
    expect(isLoaded()).toBe(true)
    await use(60 * DAY)
    clock.advance(60 * DAY)
    expect(isLoaded()).toBe(false)
  })

  it('serves a request that comes while it is being unloaded, whichever of the two is first', async () => {
    const { clock, use } = create()
    await use(1000)
    for (let turns = 0; turns < 12; turns++) {
      const asked = use(1000)
      // The request is on its way by so many turns when the idle time of the one before ends.
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      clock.advance(1000)
      expect((await asked).done.usage.completionTokens).toBe(1)
    }
  })

  it('serves a request that comes while somebody unloads it, or refuses to unload it', async () => {
    const { engine, use } = create()
    await use()
    for (let turns = 0; turns < 12; turns++) {
      const asked = use()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const unloaded = await engine.unload('storyteller', { force: false }).catch((error) => error)
      if (unloaded) expect(unloaded).toMatchObject({ code: 'model_in_use', status: 409 })
      expect((await asked).done.usage.completionTokens).toBe(1)
    }
  })
})

describe('a model that fails to load', () => {
  it('does not count as used, and one that is loaded does', async () => {
    const broken = join(tmpdir(), `runnel-broken-${process.pid}.gguf`)
    writeFileSync(broken, 'This is no model.')
    const failing = create(installed('storyteller', broken))
    await expect(failing.use()).rejects.toMatchObject({ code: 'model_load_failed' })
    await expect(failing.engine.load('storyteller')).rejects.toMatchObject({ status: 500 })
    failing.clock.advance(DAY)
    rmSync(broken)
    const working = create()
    await working.use()
    working.clock.advance(6000)
    expect(failing.used).toEqual([])
    expect(working.used).toEqual(['storyteller'])
  })
})
