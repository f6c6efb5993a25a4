import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { InferenceClient } from '@huggingface/inference'
import { ChatOpenAI } from '@langchain/openai'
import { Mistral } from '@mistralai/mistralai'
import { streamText } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addEndlessModel } from '../support/endless-model'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const model = 'endless'
const messages = [{ role: 'user' as const, content: 'Once upon a time' }]
const MANY = 100_000

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_PARALLEL: '6' } })
  await addEndlessModel(server)
})
afterAll(() => server.dispose())

/** The pieces of an answer as each client gives them. */
type Pieces = () => Promise<AsyncIterable<unknown>>

const CLIENTS: Record<string, Pieces> = {
  fetch: async () => {
    const { body } = await server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, prompt: 'Once', stream: true, max_tokens: MANY }),
    })
    if (!body) throw new Error('There is no stream.')
    return body
  },
  openai: () =>
    new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key }).chat.completions.create({
      model,
      messages,
      stream: true,
      max_tokens: MANY,
    }),
  LangChain: () =>
    new ChatOpenAI({
      model,
      apiKey: server.key,
      maxTokens: MANY,
      configuration: { baseURL: `${server.url}/v1` },
    }).stream('Once upon a time'),
  '@huggingface/inference': async () =>
    new InferenceClient(server.key, { endpointUrl: `${server.url}/v1` }).chatCompletionStream({
      model,
      messages,
      max_tokens: MANY,
    }),
  '@mistralai/mistralai': () =>
    new Mistral({ serverURL: server.url, apiKey: server.key }).chat.stream({
      model,
      messages,
      maxTokens: MANY,
    }),
  ai: async () => {
    const provider = createOpenAICompatible({
      name: 'runnel',
      baseURL: `${server.url}/v1`,
      apiKey: server.key,
    })
    const { fullStream } = streamText({ model: provider(model), messages, onError: () => {} })
    return failing(fullStream)
  },
}

/** The AI SDK tells of an error as a part of the stream. */
async function* failing(parts: AsyncIterable<{ type: string; error?: unknown }>) {
  for await (const part of parts) {
    if (part.type === 'error') throw part.error
    yield part
  }
}

test('an answer of a server that is killed in its middle is an error, and never a whole one, to every client', async () => {
  const outcomes = Object.entries(CLIENTS).map(([name, open]) => {
    const state = { name, pieces: 0, end: 'open' }
    const reading = open()
      .then(async (pieces) => {
        for await (const _ of pieces) state.pieces += 1
        state.end = 'a normal end'
      })
      .catch(() => {
        state.end = 'an error'
      })
    return { state, reading }
  })
  const states = outcomes.map(({ state }) => state)
  await until(
    () => states.every(({ pieces, end }) => pieces > 3 || end !== 'open'),
    'every client to read',
  )
  expect(states.map(({ name, end }) => ({ name, end }))).toEqual(
    states.map(({ name }) => ({ name, end: 'open' })),
  )
  await server.kill()
  await Promise.all(outcomes.map(({ reading }) => reading))
  expect(states.map(({ name, end }) => ({ name, end }))).toEqual(
    states.map(({ name }) => ({ name, end: 'an error' })),
  )
})
