import { describe, expect, it } from 'vitest'
import { SharedFeed } from '@/lib/client/live/shared-feed'
import { FakeBrowser } from './fake-browser'
import { FakeClock, settle } from './fake-clock'
import { FakeServer } from './fake-server'

function world() {
  const clock = new FakeClock()
  const server = new FakeServer()
  const browser = new FakeBrowser()
  const openTab = () => {
    const feed = new SharedFeed<readonly string[]>({
      name: 'feed',
      url: '/stream',
      initial: [],
      reduce: (state, event) => [...state, event.data],
      fetch: server.fetch,
      clock,
      locks: browser.locks,
      openChannel: browser.openChannel,
    })
    const close = feed.subscribe(() => {})
    return {
      feed,
      close,
      state: () => feed.getSnapshot().state,
      kind: () => feed.getSnapshot().status.kind,
    }
  }
  return { clock, server, openTab }
}

describe('SharedFeed', () => {
  it('lets ten tabs share one connection and see the same', async () => {
    const { server, openTab } = world()
    const tabs = Array.from({ length: 10 }, openTab)
    await settle()
    server.event('e.1', 'progress', 1)
    server.event('e.2', 'progress', 2)
    await settle()
    expect(server.requests).toBe(1)
    for (const tab of tabs) {
      expect(tab.state()).toEqual(['1', '2'])
      expect(tab.kind()).toBe('live')
    }
  })

  it('gives the state to a tab that joins late', async () => {
    const { server, openTab } = world()
    openTab()
    await settle()
    server.event('e.1', 'progress', 1)
    await settle()
    const late = openTab()
    await settle()
    expect(late.state()).toEqual(['1'])
    server.event('e.2', 'progress', 2)
    await settle()
    expect(late.state()).toEqual(['1', '2'])
    expect(server.requests).toBe(1)
  })

  it('goes on from the last id when the leading tab closes', async () => {
    const { clock, server, openTab } = world()
    const first = openTab()
    const second = openTab()
    await settle()
    server.event('e.1', 'progress', 1)
    await settle()
    first.close()
    await clock.pass(6_000)
    expect(server.lastIds).toEqual([null, 'e.1'])
    server.event('e.2', 'progress', 2)
    await settle()
    expect(second.state()).toEqual(['1', '2'])
    expect(server.open).toBe(1)
  })

  it('takes over from a leader that shows no life', async () => {
    const { clock, server, openTab } = world()
    const frozen = openTab()
    const shown = openTab()
    await settle()
    server.event('e.1', 'progress', 1)
    await settle()
    frozen.feed.wake = () => {}
    await clock.pass(20_000)
    shown.feed.wake()
    await settle()
    expect(server.requests).toBe(1)
    // Its timers stand still, as those of a frozen tab do.
    clock.jump(60_000)
    shown.feed.wake()
    await settle()
    expect(server.lastIds).toEqual([null, 'e.1'])
    expect(server.open).toBe(1)
    server.event('e.2', 'progress', 2)
    await settle()
    expect(shown.state()).toEqual(['1', '2'])
    expect(frozen.state()).toEqual(['1', '2'])
  })

  it('stays connected over a change of page, and disconnects when nobody looks any more', async () => {
    const { clock, server, openTab } = world()
    const tab = openTab()
    await settle()
    tab.close()
    await clock.pass(1_000)
    const close = tab.feed.subscribe(() => {})
    await clock.pass(10_000)
    expect(server.requests).toBe(1)
    expect(server.open).toBe(1)
    close()
    await clock.pass(10_000)
    expect(server.open).toBe(0)
    expect(clock.pending).toBe(0)
  })
})
