import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KeepAlive } from '@/lib/engines/local/keep-alive'

const DAY = 86_400_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function create() {
  const unload = vi.fn(async () => {})
  let finishLoading = () => {}
  const loading = new Promise<void>((resolve) => {
    finishLoading = resolve
  })
  const runner = {
    loading: false,
    users: 0,
    lastUsed: 0,
    expiresAt: null,
    pinned: false,
    get idle() {
      return this.users === 0 && !this.loading
    },
    unloadIdle: unload,
    settled: () => loading,
  }
  const keepAlive = new KeepAlive({
    keepAliveMs: 300_000,
    now: Date.now,
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    report: () => undefined,
    changed: () => undefined,
  })
  const use = (keepAliveMs?: number) => {
    keepAlive.begin(runner)
    keepAlive.end(runner, keepAliveMs)
  }
  const finish = async () => {
    runner.loading = false
    finishLoading()
    // What waits for the load goes on after it.
    await Promise.resolve(loading)
  }
  return { unload, runner, use, finish }
}

describe('KeepAlive', () => {
  it('unloads what nobody has used for as long as was said', () => {
    const { unload, use } = create()
    use()
    vi.advanceTimersByTime(299_999)
    use(1000)
    vi.advanceTimersByTime(999)
    expect(unload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(unload).toHaveBeenCalledOnce()
  })

  it('begins to wait when the load has ended that somebody gave up', async () => {
    const { unload, runner, use, finish } = create()
    runner.loading = true
    use(1000)
    vi.advanceTimersByTime(60_000)
    await finish()
    expect(unload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    expect(unload).toHaveBeenCalledOnce()
  })

  it('does as the last said of those who gave up a load', async () => {
    const { unload, runner, use, finish } = create()
    runner.loading = true
    use(1000)
    use(-1)
    await finish()
    vi.advanceTimersByTime(60_000)
    expect(unload).not.toHaveBeenCalled()
  })

  it('waits for longer than a timer can', () => {
    const { unload, use } = create()
    use(60 * DAY)
    vi.advanceTimersByTime(59 * DAY)
    expect(unload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(DAY)
    expect(unload).toHaveBeenCalledOnce()
  })

  it('can be called off in the middle of such a wait, and never ends below 0', () => {
    const { unload, runner, use } = create()
    use(60 * DAY)
    vi.advanceTimersByTime(40 * DAY)
    use(-1)
    expect(runner.expiresAt).toBeNull()
    vi.advanceTimersByTime(400 * DAY)
    expect(unload).not.toHaveBeenCalled()
  })
})
