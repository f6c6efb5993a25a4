import { describe, expect, it } from 'vitest'
import { type ChatSettings, type ConversationView, chatSettings } from '@/lib/chat/schemas'
import { AppError } from '@/lib/platform/errors'
import { ANNE, BORIS, createChats } from './support'

const BEGINNING = {
  content: 'Tell me a story.',
  model: 'storyteller',
  settings: chatSettings.parse({}),
}
const overloaded = new AppError('The queue is full.', {
  code: 'queue_full',
  status: 503,
  hint: 'Wait.',
})

const texts = (view: ConversationView) => view.messages.map((message) => message.content)
const lastOf = (view: ConversationView) => {
  const message = view.messages.at(-1)
  if (!message) throw new Error('The conversation is empty.')
  return message
}

describe('a conversation', () => {
  it('begins with a message, takes its title from it, and is answered', async () => {
    const { chats, runner, settled } = await createChats()
    const begun = await chats.create(ANNE, BEGINNING)
    expect(begun).toMatchObject({
      title: 'Tell me a story.',
      model: 'storyteller',
      answering: true,
    })
    expect(lastOf(begun)).toMatchObject({ role: 'assistant', status: 'streaming', content: '' })
    expect(lastOf(begun).generation_id).toBe(runner.last.id)
    runner.last.write('Once upon a time.')
    runner.last.finish()
    await settled()
    const ended = lastOf(await chats.open('anne', begun.id))
    expect(ended).toMatchObject({
      status: 'complete',
      content: 'Once upon a time.',
      stats: {
        finish_reason: 'stop',
        completion_tokens: 7,
        first_token_ms: 4,
        tokens_per_second: 200,
      },
    })
  })

  it('leaves to the model what nobody chose, and hands back what it thought', async () => {
    const { chats, runner, settled } = await createChats()
    const { id } = await chats.create(ANNE, BEGINNING)
    const { prompt, sampling } = runner.last.request
    expect(prompt).toMatchObject({ kind: 'chat', thinking: undefined })
    expect(Object.values(sampling).filter((value) => value !== undefined)).toEqual([])
    runner.last.think('A fox.')
    runner.last.write('Once.')
    runner.last.finish()
    await settled()
    const settings = (thinking: ChatSettings['thinking']) => chatSettings.parse({ thinking })
    for (const [chosen, thinking] of [
      ['off', { enabled: false }],
      ['on', { enabled: true }],
      ['high', { enabled: true, effort: 'high' }],
    ] as const) {
      await chats.update('anne', id, { settings: settings(chosen) })
      await chats.send(ANNE, id, { content: 'Why?' })
      expect(runner.last.request.prompt).toMatchObject({ thinking })
      runner.last.finish()
      await settled()
    }
    expect(runner.last.request.prompt).toMatchObject({
      messages: [
        { role: 'user', content: 'Tell me a story.' },
        { role: 'assistant', content: 'Once.', reasoning: 'A fox.' },
        { role: 'user', content: 'Why?' },
        { role: 'user', content: 'Why?' },
        { role: 'user', content: 'Why?' },
      ],
    })
    await chats.send(ANNE, id, { content: 'And?' })
    runner.last.think('Because')
    runner.last.stop()
    await settled()
    await chats.send(ANNE, id, { content: 'Go on.' })
    const { prompt: last } = runner.last.request
    expect(last.kind === 'chat' && last.messages.at(-2)).toEqual({
      ...{ role: 'assistant', content: '', reasoning: 'Because' },
    })
    const { text } = await chats.export('anne', id, 'markdown')
    expect(text).toContain('<summary>Thought</summary>\n\n> A fox.\n')
  })

  it('sends the branch with the system prompt and the sampling that was chosen', async () => {
    const { chats, runner, settled } = await createChats()
    const settings = chatSettings.parse({
      system_prompt: ' Be brief. ',
      temperature: 0,
      seed: 7,
      max_tokens: 9,
    })
    const { id } = await chats.create(ANNE, { ...BEGINNING, settings })
    runner.last.write('No.')
    runner.last.finish()
    await settled()
    await chats.send(ANNE, id, { content: 'Why?' })
    expect(runner.last.request).toMatchObject({
      model: 'storyteller',
      client: 'user:anne',
      maxTokens: 9,
      sampling: { temperature: 0, seed: 7 },
      prompt: {
        kind: 'chat',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Tell me a story.' },
          { role: 'assistant', content: 'No.' },
          { role: 'user', content: 'Why?' },
        ],
      },
    })
  })

  it('keeps an edited message as a branch that can be walked back to', async () => {
    const { chats, runner, settled } = await createChats()
    const first = await chats.create(ANNE, BEGINNING)
    runner.last.finish()
    await settled()
    const edited = await chats.send(ANNE, first.id, { content: 'Tell me a joke.', parentId: null })
    expect(texts(edited)).toEqual(['Tell me a joke.', ''])
    const [asked] = edited.messages
    expect(asked?.siblings).toEqual([first.messages[0]?.id, asked?.id])
    const back = await chats.show('anne', first.id, first.messages[0]?.id ?? '')
    expect(back.messages.map((message) => message.id)).toEqual(
      first.messages.map((message) => message.id),
    )
  })

  it('answers anew beside the old answer', async () => {
    const { chats, runner, settled } = await createChats()
    const first = await chats.create(ANNE, BEGINNING)
    runner.last.write('A fox.')
    runner.last.finish()
    await settled()
    const second = await chats.regenerate(ANNE, first.id, lastOf(first).id)
    expect(lastOf(second).siblings).toEqual([lastOf(first).id, lastOf(second).id])
    expect(runner.last.request.prompt).toMatchObject({
      messages: [{ content: 'Tell me a story.' }],
    })
    expect(texts(await chats.show('anne', first.id, lastOf(first).id))).toEqual([
      'Tell me a story.',
      'A fox.',
    ])
  })

  it('refuses a message while the answer before it is being written', async () => {
    const { chats } = await createChats()
    const { id } = await chats.create(ANNE, BEGINNING)
    await expect(chats.send(ANNE, id, { content: 'And?' })).rejects.toMatchObject({ status: 409 })
  })

  it('refuses to follow a question, or a message of another conversation', async () => {
    const { chats } = await createChats()
    const one = await chats.create(ANNE, BEGINNING)
    const other = await chats.create(ANNE, BEGINNING)
    const question = one.messages[0]?.id ?? ''
    await expect(
      chats.send(ANNE, one.id, { content: 'x', parentId: question }),
    ).rejects.toMatchObject({ status: 400 })
    await expect(
      chats.send(ANNE, other.id, { content: 'x', parentId: question }),
    ).rejects.toMatchObject({ status: 404 })
    await expect(chats.regenerate(ANNE, one.id, question)).rejects.toMatchObject({ status: 400 })
    await expect(chats.show('anne', other.id, question)).rejects.toMatchObject({ status: 404 })
  })
})

describe('a null character', () => {
  it('costs nothing of the text around it', async () => {
    const { chats, runner, settled } = await createChats()
    const { id } = await chats.create(ANNE, { ...BEGINNING, content: 'A\0fox' })
    runner.last.write('Once\0upon')
    runner.last.finish()
    await settled()
    const view = await chats.open('anne', id)
    expect(view.title).toBe('A\ufffdfox')
    expect(texts(view)).toEqual(['A\ufffdfox', 'Once\ufffdupon'])
  })
})

describe('an answer that fails', () => {
  it('keeps what was written, says why, and can be tried again', async () => {
    const { chats, runner, settled } = await createChats()
    const { id } = await chats.create(ANNE, BEGINNING)
    runner.last.write('Once upon')
    runner.last.fail(overloaded)
    await settled()
    const failed = lastOf(await chats.open('anne', id))
    expect(failed).toMatchObject({
      status: 'failed',
      content: 'Once upon',
      error: { message: 'The queue is full.', code: 'queue_full', hint: 'Wait.' },
    })
    expect(lastOf(await chats.regenerate(ANNE, id, failed.id)).siblings).toHaveLength(2)
  })

  it('keeps the question when it could not even be started', async () => {
    const { chats, runner } = await createChats()
    runner.refusal = overloaded
    const view = await chats.create(ANNE, BEGINNING)
    expect(view.answering).toBe(false)
    expect(view.messages).toMatchObject([
      { content: 'Tell me a story.', status: 'complete' },
      { content: '', status: 'failed', error: { code: 'queue_full' } },
    ])
  })
})

describe('the list', () => {
  it('has the last used first, and finds titles and texts in any case', async () => {
    const { chats, runner, settled } = await createChats()
    const fox = await chats.create(ANNE, { ...BEGINNING, content: 'A fox, 100% red' })
    runner.last.write('It was a Vixen.')
    runner.last.finish()
    await settled()
    const kite = await chats.create(ANNE, { ...BEGINNING, content: 'A kite' })
    const ids = async (search?: string) => (await chats.list('anne', search)).map(({ id }) => id)
    expect(await ids()).toEqual([kite.id, fox.id])
    expect(await ids('FOX')).toEqual([fox.id])
    expect(await ids('vixen')).toEqual([fox.id])
    expect(await ids('100%')).toEqual([fox.id])
    const worry = await chats.create(ANNE, { ...BEGINNING, content: 'Ärger mit Łódź' })
    for (const sought of ['Ärger', 'ÄRGER', 'arger', 'łódź', 'ger mit'])
      expect(await ids(sought), sought).toEqual([worry.id])
    expect(await chats.list('boris', 'ärger')).toEqual([])
    await chats.delete('anne', worry.id)
    expect(await ids('%')).toEqual([fox.id])
    expect((await chats.list('anne')).map(({ answering }) => answering)).toEqual([true, false])
    await chats.send(ANNE, fox.id, { content: 'More' })
    expect(await ids()).toEqual([fox.id, kite.id])
  })

  it('renames without moving, and deletes with everything that is being written', async () => {
    const { chats, runner, db } = await createChats()
    const one = await chats.create(ANNE, BEGINNING)
    const two = await chats.create(ANNE, BEGINNING)
    await chats.update('anne', one.id, { title: 'Foxes' })
    expect((await chats.list('anne')).map(({ title }) => title)).toEqual([
      'Tell me a story.',
      'Foxes',
    ])
    await chats.delete('anne', two.id)
    await expect(runner.last.result()).resolves.toMatchObject({
      choices: [{ finishReason: 'cancelled' }],
    })
    expect(await db.selectFrom('messages').select('conversation_id').distinct().execute()).toEqual([
      { conversation_id: one.id },
    ])
  })

  it('belongs to its owner alone', async () => {
    const { chats } = await createChats()
    const mine = await chats.create(ANNE, BEGINNING)
    const answer = lastOf(mine).id
    expect(await chats.list('boris')).toEqual([])
    const attempts = [
      () => chats.open('boris', mine.id),
      () => chats.send(BORIS, mine.id, { content: 'x' }),
      () => chats.regenerate(BORIS, mine.id, answer),
      () => chats.show('boris', mine.id, answer),
      () => chats.update('boris', mine.id, { title: 'x' }),
      () => chats.delete('boris', mine.id),
      () => chats.export('boris', mine.id, 'json'),
    ]
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ status: 404, code: 'conversation_not_found' })
    expect((await chats.open('anne', mine.id)).title).toBe('Tell me a story.')
  })
})

describe('export', () => {
  it('gives the branch that is shown as Markdown, and every branch as JSON', async () => {
    const { chats, runner, settled } = await createChats()
    const first = await chats.create(ANNE, BEGINNING)
    runner.last.write('A fox.')
    runner.last.finish()
    await settled()
    await chats.regenerate(ANNE, first.id, lastOf(first).id)
    runner.last.write('A crow.')
    runner.last.finish()
    await settled()
    expect(await chats.export('anne', first.id, 'markdown')).toEqual({
      disposition: 'attachment; filename=tell-me-a-story.md',
      text: '# Tell me a story.\n\n## You\n\nTell me a story.\n\n## storyteller\n\nA crow.\n',
    })
    const { text } = await chats.export('anne', first.id, 'json')
    expect(
      JSON.parse(text).messages.map((message: { content: string }) => message.content),
    ).toEqual(['Tell me a story.', 'A fox.', 'A crow.'])
  })
})
