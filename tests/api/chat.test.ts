import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationView } from '@/lib/chat/schemas'
import { EMPTY_ANSWER, reduceAnswer } from '@/lib/client/chat/answer-state'
import type { BrowserSession } from '@/tests/support/browser-session'
import {
  conversationOf,
  LONG_STORY,
  lastMessage,
  parseFrames,
  settledConversation,
} from '@/tests/support/chat'
import { addEndlessModel } from '@/tests/support/endless-model'
import { addPerson, setUpAdmin } from '@/tests/support/people'
import { startServer, type TestServer } from '@/tests/support/server'

const HOME = '/api/chat/conversations'

let server: TestServer
let ada: BrowserSession
let bob: BrowserSession

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_PARALLEL: '2' } })
  await addEndlessModel(server)
  ada = await setUpAdmin(server)
  bob = await addPerson(server, 'bob@example.org')
})
afterAll(() => server?.dispose())

const begin = (session = ada, body: unknown = LONG_STORY) =>
  conversationOf(session.send('POST', HOME, body))

const streamPath = (view: ConversationView) =>
  `/v1/generations/${lastMessage(view).generation_id}/stream`

describe('an answer', () => {
  it('is saved as it was streamed, to every reader the same', async () => {
    const view = await begin()
    const bodies = await Promise.all(
      [1, 2, 3].map(async () => (await ada.fetch(streamPath(view))).text()),
    )
    const states = bodies.map((body) =>
      parseFrames(body).reduce(
        (state, { event, data }) => reduceAnswer(state, event, data),
        EMPTY_ANSWER,
      ),
    )
    const saved = lastMessage(await settledConversation(ada, view.id))
    expect(saved.status).toBe('complete')
    expect(saved.content.length).toBeGreaterThan(100)
    for (const state of states) {
      expect(state.text).toBe(saved.content)
      expect(state.phase).toEqual({ kind: 'done', stats: saved.stats })
    }
  })

  it('goes on when nobody reads it', async () => {
    const view = await begin()
    const abort = new AbortController()
    const response = await ada.fetch(streamPath(view), { signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    const saved = lastMessage(await settledConversation(ada, view.id))
    expect(saved).toMatchObject({ status: 'complete', error: null })
  })

  it('stops when it is told to, and keeps what it has', async () => {
    const view = await begin(ada, { ...LONG_STORY, model: 'endless' })
    const generation = lastMessage(view).generation_id
    expect((await ada.send('DELETE', `/v1/generations/${generation}`)).ok).toBe(true)
    const saved = lastMessage(await settledConversation(ada, view.id))
    expect(saved).toMatchObject({ status: 'stopped', stats: { finish_reason: 'cancelled' } })
  })

  it('says why it failed, and can be tried again', async () => {
    const view = await begin(ada, { ...LONG_STORY, model: 'no-such-model' })
    const failed = await settledConversation(ada, view.id)
    expect(lastMessage(failed)).toMatchObject({
      status: 'failed',
      error: { code: 'model_not_found' },
    })
    await ada.send('PATCH', `${HOME}/${view.id}`, { model: 'storyteller' })
    const retry = `${HOME}/${view.id}/messages/${lastMessage(failed).id}/regenerate`
    const again = await conversationOf(ada.send('POST', retry))
    expect(lastMessage(again).siblings).toHaveLength(2)
    expect(lastMessage(await settledConversation(ada, view.id)).status).toBe('complete')
  })

  it('knows what was said before, and reads only what is new', async () => {
    const short = { ...LONG_STORY, settings: { max_tokens: 40, seed: 1 } }
    const { id } = await begin(ada, short)
    await settledConversation(ada, id)
    await conversationOf(ada.send('POST', `${HOME}/${id}/messages`, { content: 'And then?' }))
    const second = lastMessage(await settledConversation(ada, id))
    expect(second.stats?.cached_tokens).toBeGreaterThan(0)
  })

  it('says how much was left out of what does not fit into the context', async () => {
    const content = 'A fox and a kite went out to play. '.repeat(40)
    const { id } = await begin(ada, { ...LONG_STORY, content, settings: { max_tokens: 5 } })
    const first = lastMessage(await settledConversation(ada, id))
    expect(first.stats).toMatchObject({ truncated_tokens: 0 })
    for (let turn = 0; turn < 3; turn += 1) {
      await conversationOf(ada.send('POST', `${HOME}/${id}/messages`, { content }))
      await settledConversation(ada, id)
    }
    const last = lastMessage(await settledConversation(ada, id))
    expect(last.stats?.truncated_tokens).toBeGreaterThan(100)
  })
})

describe('a crash in mid-answer', () => {
  it('keeps the conversation, says what happened, and offers another try', async () => {
    const view = await begin()
    await server.kill()
    await server.start()
    const after = await conversationOf(ada.fetch(`${HOME}/${view.id}`))
    const message = lastMessage(after)
    expect(after.answering).toBe(false)
    expect(['failed', 'complete']).toContain(message.status)
    if (message.status === 'failed') expect(message.error?.code).toBe('server_stopped')
    const retry = `${HOME}/${view.id}/messages/${message.id}/regenerate`
    await conversationOf(ada.send('POST', retry))
    expect(lastMessage(await settledConversation(ada, view.id)).status).toBe('complete')
  })
})

describe('the rest of it', () => {
  it('lists, finds, renames, exports and deletes', async () => {
    const { id } = await begin(ada, { ...LONG_STORY, content: 'A zebra, please' })
    await settledConversation(ada, id)
    await ada.send('PATCH', `${HOME}/${id}`, { title: 'Stripes' })
    const titles = async (q: string) => {
      const { conversations } = await (await ada.fetch(`${HOME}?q=${q}`)).json()
      return conversations.map(({ title }: { title: string }) => title)
    }
    expect(await titles('zebra')).toEqual(['Stripes'])
    const file = await ada.fetch(`${HOME}/${id}/export?format=markdown`)
    expect(file.headers.get('content-disposition')).toBe('attachment; filename=stripes.md')
    expect(await file.text()).toContain('## You\n\nA zebra, please')
    const json = await (await ada.fetch(`${HOME}/${id}/export?format=json`)).json()
    expect(json.messages).toHaveLength(2)
    expect((await ada.send('DELETE', `${HOME}/${id}`)).status).toBe(204)
    expect((await ada.fetch(`${HOME}/${id}`)).status).toBe(404)
    expect(await titles('zebra')).toEqual([])
  })

  it('shows nobody what is somebody else’s', async () => {
    const view = await begin()
    const { id } = lastMessage(view)
    const attempts: [string, string, unknown?][] = [
      ['GET', `${HOME}/${view.id}`],
      ['GET', `${HOME}/${view.id}/export`],
      ['PATCH', `${HOME}/${view.id}`, { title: 'mine' }],
      ['DELETE', `${HOME}/${view.id}`],
      ['POST', `${HOME}/${view.id}/messages`, { content: 'x' }],
      ['POST', `${HOME}/${view.id}/messages/${id}/regenerate`],
      ['POST', `${HOME}/${view.id}/messages/${id}/show`],
      ['GET', streamPath(view)],
      ['DELETE', `/v1/generations/${lastMessage(view).generation_id}`],
    ]
    for (const [method, path, body] of attempts)
      expect((await bob.send(method, path, body)).status, `${method} ${path}`).toBe(404)
    expect((await (await bob.fetch(HOME)).json()).conversations).toEqual([])
    expect(lastMessage(await settledConversation(ada, view.id)).status).toBe('complete')
  })

  it('refuses what makes no sense, with the field’s name', async () => {
    const wrong = await ada.send('POST', HOME, { ...LONG_STORY, content: '  ' })
    expect(wrong.status).toBe(400)
    expect((await wrong.json()).error.param).toBe('content')
    const hot = { ...LONG_STORY, settings: { temperature: 9 } }
    expect((await (await ada.send('POST', HOME, hot)).json()).error.param).toBe(
      'settings.temperature',
    )
  })
})
