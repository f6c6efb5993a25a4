import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatCompletion, completion } from '@/lib/protocols/openai/schemas/answers'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'

let server: TestServer
let openai: OpenAI

beforeAll(async () => {
  // A thread count that is given is not measured, which would take longer than the tests.
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 })
})
afterAll(() => server.dispose())

const model = 'storyteller'
const story: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Tell me a story about a fox and a kite.' },
]

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  return text
}

describe('chat completions through the openai package', () => {
  it('gives a reader whose position is not kept the whole answer as one chunk', async () => {
    const body = { model, messages: story, seed: 1, n: 2 }
    const first = await new RawStream(server, {
      path: '/v1/chat/completions',
      body: { ...body, stream: true },
    }).done()
    const headers = { 'Last-Event-ID': `${first.headers['x-generation-id']}.99999` }
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of await openai.chat.completions.create(
      { ...body, stream: true },
      { headers },
    ))
      chunks.push(chunk)
    const [whole] = chunks
    const { choices } = await server.json<{ choices: { text: string }[] }>(
      `/v1/generations/${first.headers['x-generation-id']}`,
    )
    expect(whole?.choices.map(({ delta }) => delta.content)).toEqual(
      choices.map(({ text }) => text),
    )
    expect(chunks.flatMap((chunk) => chunk.choices.map((one) => one.finish_reason))).toEqual([
      null,
      null,
      'stop',
      'stop',
    ])
  })

  it('answers as a whole, with usage and timings', async () => {
    const answer = await openai.chat.completions.create({ model, messages: story, seed: 1 })
    chatCompletion.parse(answer)
    expect(answer.choices[0]?.message.content).toMatch(/fox/i)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage?.completion_tokens).toBeGreaterThan(5)
  })

  it('tells the timings in a header too', async () => {
    const { response } = await openai.chat.completions
      .create({ model, messages: story, max_tokens: 3 })
      .withResponse()
    expect(response.headers.get('server-timing')).toMatch(/^queue;dur=[\d.]+, load;dur=/)
  })

  it('streams the same text that it answers as a whole: the seed decides', async () => {
    const params = { model, messages: story, seed: 5, temperature: 0.9, max_tokens: 60 }
    const whole = await openai.chat.completions.create(params)
    const stream = await openai.chat.completions.create({ ...params, stream: true })
    expect(await textOf(stream)).toBe(whole.choices[0]?.message.content)
  })

  it('is repeatable at temperature 0', async () => {
    const params = { model, messages: story, seed: 1, temperature: 0, max_tokens: 40 }
    const answers = await Promise.all([1, 2, 3].map(() => openai.chat.completions.create(params)))
    expect(new Set(answers.map(({ choices }) => choices[0]?.message.content)).size).toBe(1)
  })

  it('sends the usage in a last chunk when it is asked to', async () => {
    const stream = await openai.chat.completions.create({
      model,
      messages: story,
      stream: true,
      max_tokens: 5,
      stream_options: { include_usage: true },
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.at(-1)?.choices).toEqual([])
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(5)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length')
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  })

  it('works with the helpers of the SDK', async () => {
    const runner = openai.chat.completions.stream({ model, messages: story, seed: 2 })
    const final = await runner.finalChatCompletion()
    expect(final.choices[0]?.message.content).toMatch(/fox/i)
  })

  it('makes n choices, each its own', async () => {
    const params = { model, messages: story, n: 3, seed: 1, temperature: 1.2, max_tokens: 30 }
    const answer = await openai.chat.completions.create(params)
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(new Set(answer.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1)
    const texts = ['', '', '']
    const reasons: (string | null)[] = []
    const stream = await openai.chat.completions.create({ ...params, stream: true })
    for await (const { choices } of stream)
      for (const choice of choices) {
        texts[choice.index] += choice.delta.content ?? ''
        if (choice.finish_reason) reasons[choice.index] = choice.finish_reason
      }
    expect(texts).toEqual(answer.choices.map(({ message }) => message.content))
    expect(reasons).toEqual(answer.choices.map((choice) => choice.finish_reason))
  })

  it('stops where it is told, without the text that stops it', async () => {
    const answer = await openai.chat.completions.create({
      model,
      messages: story,
      seed: 1,
      stop: [' fox'],
    })
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.choices[0]?.message.content).not.toContain(' fox')
  })

  it('reports log probabilities of tokens and of what else there was', async () => {
    const params = {
      model,
      messages: story,
      max_tokens: 4,
      temperature: 0,
      logprobs: true,
      top_logprobs: 3,
    }
    const answer = await openai.chat.completions.create(params)
    const content = answer.choices[0]?.logprobs?.content ?? []
    expect(content).toHaveLength(4)
    expect(content.map(({ token }) => token).join('')).toBe(answer.choices[0]?.message.content)
    for (const token of content) {
      expect(token.top_logprobs).toHaveLength(3)
      expect(token.logprob).toBeLessThanOrEqual(0)
      expect(token.top_logprobs[0]?.token).toBe(token.token)
    }
    const stream = await openai.chat.completions.create({ ...params, stream: true })
    const streamed: OpenAI.ChatCompletionTokenLogprob[] = []
    for await (const { choices } of stream) streamed.push(...(choices[0]?.logprobs?.content ?? []))
    expect(streamed.map(({ token }) => token)).toEqual(content.map(({ token }) => token))
  })

  it('holds the limit that has the newer name, and a penalty', async () => {
    const greedy = { model, messages: story, temperature: 0, seed: 1 }
    const short = { ...greedy, max_completion_tokens: 3, max_tokens: 50 }
    const { choices, usage } = await openai.chat.completions.create(short)
    expect([choices[0]?.finish_reason, usage?.completion_tokens]).toEqual(['length', 3])
    const text = async (more: object) => {
      const answer = await openai.chat.completions.create({ ...greedy, max_tokens: 60, ...more })
      return answer.choices[0]?.message.content
    }
    const plain = await text({})
    expect(await text({ frequency_penalty: 2 })).not.toBe(plain)
  })

  it('bans a token by its bias', async () => {
    const first = await openai.chat.completions.create({
      model,
      messages: story,
      temperature: 0,
      max_tokens: 1,
    })
    const word = first.choices[0]?.message.content ?? ''
    const { tokens } = await server.json<{ tokens: number[] }>('/v1/tokenize', {
      method: 'POST',
      body: JSON.stringify({ model, text: word }),
    })
    const other = await openai.chat.completions.create({
      model,
      messages: story,
      temperature: 0,
      max_tokens: 1,
      logit_bias: { [String(tokens[0])]: -100 },
    })
    expect(other.choices[0]?.message.content).not.toBe(word)
  })

  it('evaluates only what is new in the second turn', async () => {
    const first = await openai.chat.completions.create({ model, messages: story, seed: 3 })
    const second = await openai.chat.completions.create({
      model,
      messages: [
        ...story,
        { role: 'assistant', content: first.choices[0]?.message.content ?? '' },
        { role: 'user', content: 'Hello' },
      ],
      max_tokens: 5,
    })
    const cached = second.usage?.prompt_tokens_details?.cached_tokens ?? 0
    expect(cached).toBeGreaterThanOrEqual(first.usage?.prompt_tokens ?? 1)
  })
})

describe('many clients at once', () => {
  it('all get their whole answer: 64 of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, seed) => {
        const params = { model, messages: story, seed, max_tokens: 30 }
        const stream = await openai.chat.completions.create({ ...params, stream: true })
        const chunks: OpenAI.ChatCompletionChunk[] = []
        for await (const chunk of stream) chunks.push(chunk)
        return chunks
      }),
    )
    for (const chunks of answers) {
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toMatch(/^(stop|length)$/)
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    }
  })
})

describe('completions through the openai package', () => {
  it('continues each prompt n times', async () => {
    const answer = await openai.completions.create({
      model,
      prompt: ['Once upon a time', 'Hello'],
      n: 2,
      max_tokens: 4,
      logprobs: 2,
    })
    completion.parse(answer)
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(answer.choices[0]?.logprobs?.tokens).toHaveLength(4)
  })

  it('streams, with the prompt first when it is to be echoed', async () => {
    const stream = await openai.completions.create({
      model,
      prompt: 'Once upon a time',
      stream: true,
      echo: true,
    })
    let text = ''
    for await (const { choices } of stream) text += choices[0]?.text ?? ''
    expect(text).toMatch(/^Once upon a time.{10,}/s)
  })

  it('takes token ids', async () => {
    const { tokens } = await server.json<{ tokens: number[] }>('/v1/tokenize', {
      method: 'POST',
      body: JSON.stringify({ model, text: 'Once upon a time' }),
    })
    const params = { model, temperature: 0, max_tokens: 8 }
    const [ids, text] = await Promise.all([
      openai.completions.create({ ...params, prompt: tokens }),
      openai.completions.create({ ...params, prompt: 'Once upon a time' }),
    ])
    expect(ids.choices[0]?.text).toBe(text.choices[0]?.text)
  })
})

describe('embeddings through the openai package', () => {
  it('are vectors, the same as base64 and as numbers, in the order of the inputs', async () => {
    const input = ['a fox', 'an owl', 'a fox']
    const binary = await openai.embeddings.create({ model, input })
    const plain = await openai.embeddings.create({ model, input, encoding_format: 'float' })
    expect(binary.data.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(binary.usage.total_tokens).toBeGreaterThan(3)
    const [fox, owl, again] = binary.data.map(({ embedding }) => embedding)
    expect(fox).toEqual(again)
    expect(fox).not.toEqual(owl)
    expect(plain.data[0]?.embedding).toHaveLength(fox?.length ?? 0)
    plain.data[0]?.embedding.forEach((value, index) => {
      expect(fox?.[index]).toBeCloseTo(value, 5)
    })
    const short = openai.embeddings.create({ model, input, dimensions: 8 })
    await expect(short).rejects.toMatchObject({ status: 400, param: 'dimensions' })
  })
})

describe('models through the openai package', () => {
  it('are listed and found', async () => {
    const { data } = await openai.models.list()
    expect(data.map(({ id }) => id)).toContain(model)
    expect(await openai.models.retrieve(model)).toMatchObject({ id: model, object: 'model' })
    await expect(openai.models.retrieve('gpt-9')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})

describe('errors through the openai package', () => {
  const ask = (params: object) =>
    openai.chat.completions.create({ model, messages: story, ...params }).then(
      () => null,
      (error: unknown) => error,
    )

  it('are its own classes, with the codes of OpenAI', async () => {
    expect(await ask({ model: 'gpt-9' })).toMatchObject({
      constructor: OpenAI.NotFoundError,
      status: 404,
      code: 'model_not_found',
      param: 'model',
    })
    const long = 'Once upon a time there was a fox. '.repeat(400)
    expect(await ask({ messages: [{ role: 'user', content: long }] })).toMatchObject({
      constructor: OpenAI.BadRequestError,
      code: 'context_length_exceeded',
    })
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'wrong', maxRetries: 0 })
    await expect(
      stranger.chat.completions.create({ model, messages: story }),
    ).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  })

  it('have their status in a stream too, when it has not begun', async () => {
    expect(await ask({ model: 'gpt-9', stream: true })).toMatchObject({ status: 404 })
    const long = 'Once upon a time there was a fox. '.repeat(400)
    expect(await ask({ stream: true, messages: [{ role: 'user', content: long }] })).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    })
  })

  it.each([
    ['temperature', { temperature: 3 }],
    ['audio', { audio: { voice: 'alloy', format: 'mp3' } }],
    ['functions', { functions: [{ name: 'x' }] }],
    ['top_tokens', { top_tokens: 1 }],
    [
      'messages.0.content',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
  ])('name the field: %s', async (param, params) => {
    expect(await ask(params)).toMatchObject({
      constructor: OpenAI.BadRequestError,
      type: 'invalid_request_error',
      param,
    })
  })

  it.each([
    ['prompt', 'context_length_exceeded', { prompt: 'A fox. '.repeat(900) }],
    ['prompt', 'invalid_token', { prompt: [99_999] }],
    ['prompt', 'invalid_token', { prompt: [99_999], echo: true }],
    ['logit_bias', 'invalid_token', { prompt: 'A', logit_bias: { 99999: 1 } }],
  ])(
    'name the field of a completion that the model can not take: %s, %s',
    async (param, code, params) => {
      const asked = openai.completions.create({ model, ...params })
      await expect(asked).rejects.toMatchObject({ status: 400, code, param })
    },
  )

  it('names the input of embeddings that is no token of the model', async () => {
    const asked = openai.embeddings.create({ model, input: [99_999] })
    await expect(asked).rejects.toMatchObject({ code: 'invalid_token', param: 'input' })
  })
})
