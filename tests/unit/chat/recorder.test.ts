import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatSettings } from '@/lib/chat/schemas'
import { ANNE, createChats } from './support'

const BEGINNING = { content: 'Go on.', model: 'storyteller', settings: chatSettings.parse({}) }

async function begin() {
  const all = await createChats()
  const { id } = await all.chats.create(ANNE, BEGINNING)
  const saved = async () => (await all.chats.open('anne', id)).messages.at(-1)
  return { ...all, id, saved }
}

describe('an answer is kept as it grows', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('within a second of each token', async () => {
    const { runner, saved } = await begin()
    runner.last.write('Once')
    runner.last.write(' upon')
    await vi.advanceTimersByTimeAsync(1000)
    expect(await saved()).toMatchObject({ content: 'Once upon', status: 'streaming' })
    runner.last.write(' a time')
    await vi.advanceTimersByTimeAsync(1000)
    expect((await saved())?.content).toBe('Once upon a time')
  })

  it('with what was thought, by itself and with the end', async () => {
    const { runner, saved, settled } = await begin()
    runner.last.think('A fox.')
    await vi.advanceTimersByTimeAsync(1000)
    const thought = { reasoning: 'A fox.', thinking_ms: 0 }
    expect(await saved()).toMatchObject({ content: '', status: 'streaming', ...thought })
    runner.last.write('Once')
    runner.last.finish()
    await settled()
    expect(await saved()).toMatchObject({ content: 'Once', status: 'complete', ...thought })
  })

  it('and nothing is written or waited for once it has ended', async () => {
    const { runner, saved, settled } = await begin()
    runner.last.write('Once')
    runner.last.stop()
    await settled()
    expect(vi.getTimerCount()).toBe(0)
    expect(await saved()).toMatchObject({
      content: 'Once',
      status: 'stopped',
      stats: { finish_reason: 'cancelled' },
    })
  })

  it('over a crash: the next start says what happened and keeps the text', async () => {
    const { runner, saved, again } = await begin()
    runner.last.write('Once')
    await vi.advanceTimersByTimeAsync(1000)
    const next = again()
    expect(await next.recover()).toBe(1)
    expect(await saved()).toMatchObject({
      content: 'Once',
      status: 'failed',
      error: { code: 'server_stopped' },
    })
    expect(await next.recover()).toBe(0)
  })

  it('over an orderly stop: with the last token', async () => {
    const { runner, saved, chats, settled } = await begin()
    runner.last.write('Once upon')
    await chats.close()
    runner.last.stop()
    await settled()
    expect(await saved()).toMatchObject({
      content: 'Once upon',
      status: 'failed',
      error: { code: 'server_stopped' },
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('and a database that fails is told to the operator, not thrown away', async () => {
    const { db, runner, problems } = await begin()
    await db.destroy()
    runner.last.write('Once')
    await vi.advanceTimersByTimeAsync(1000)
    expect(problems).toHaveLength(1)
  })
})
