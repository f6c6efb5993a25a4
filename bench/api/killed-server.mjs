// node bench/api/killed-server.mjs [times]: kills the built server in mid-answer, and tells how each client takes it.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { InferenceClient } from '@huggingface/inference'
import { ChatOpenAI } from '@langchain/openai'
import { Mistral } from '@mistralai/mistralai'
import { streamText } from 'ai'
import OpenAI from 'openai'
import { startServer } from '../sse/server.mjs'

const [times = 10] = process.argv.slice(2).map(Number)
const model = 'storyteller'
const content = 'Tell me a story about a fox and a kite.'
const messages = [{ role: 'user', content }]
/** More than are ready before the kill: Storyteller itself would be done sooner. */
const choices = 40

const CLIENTS = {
  fetch: async ({ url, headers }) => {
    const body = JSON.stringify({ model, messages, n: choices, stream: true })
    return (await fetch(`${url}/chat/completions`, { method: 'POST', headers, body })).body
  },
  openai: ({ url, key }) =>
    new OpenAI({ baseURL: url, apiKey: key }).chat.completions.create({
      model,
      messages,
      n: choices,
      stream: true,
    }),
  LangChain: ({ url, key }) =>
    new ChatOpenAI({ model, n: choices, apiKey: key, configuration: { baseURL: url } }).stream(
      content,
    ),
  '@huggingface/inference': async ({ url, key }) =>
    new InferenceClient(key, { endpointUrl: url }).chatCompletionStream({
      model,
      messages,
      n: choices,
    }),
  '@mistralai/mistralai': ({ url, key }) =>
    new Mistral({ serverURL: url.replace(/\/v1$/, ''), apiKey: key }).chat.stream({
      model,
      messages,
      n: choices,
    }),
  ai: async ({ url, key }) => {
    const provider = createOpenAICompatible({ name: 'runnel', baseURL: url, apiKey: key })
    return failing(streamText({ model: provider(model), messages, onError: () => {} }).fullStream)
  },
}

async function* failing(parts) {
  for await (const part of parts) {
    if (part.type === 'error') throw part.error
    yield part
  }
}

const rows = {}
for (const [name, open] of Object.entries(CLIENTS)) {
  const row = { throws: 0, 'ends normally': 0, pieces: 0 }
  for (let time = 0; time < times; time++) {
    const server = await startServer(10)
    const target = {
      url: `http://127.0.0.1:${server.port}/v1`,
      headers: server.headers,
      key: server.headers.authorization.replace('Bearer ', ''),
    }
    let pieces = 0
    try {
      for await (const _ of await open(target)) if (++pieces === 3) server.kill()
      row['ends normally'] += 1
    } catch (error) {
      // What fails before the kill says nothing of it.
      if (pieces < 3) throw error
      row.throws += 1
    } finally {
      row.pieces += pieces
      await server.stop()
    }
  }
  rows[name] = row
}
console.table(rows)
