import { Ajv2020 } from 'ajv/dist/2020'
import {
  getLlama,
  type Llama,
  type LlamaContextSequence,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputGrammar, strictGrammar } from '@/lib/engines/local/grammar/output-grammar'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { createReplyReader } from '@/lib/engines/local/templates/reading/create-reply-reader'
import { deriveFormat } from '@/lib/engines/local/templates/reading/derive-format'
import { writeCalls } from '@/lib/engines/local/templates/reading/write-calls'
import type { ToolDefinition } from '@/lib/engines/types'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { readReply } from '@/tests/support/templates/read-reply'
import { STORYTELLER } from './support'

const tools: ToolDefinition[] = [
  {
    name: 'book_table',
    description: 'Books a table',
    parameters: {
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 8 },
        where: { type: 'string', enum: ['in side', "chef's"] },
        code: { type: 'string', pattern: '^[A-Z]{2}[0-9]$' },
        seats: { type: 'integer', minimum: 1, maximum: 20 },
        isLate: { type: 'boolean' },
        wishes: { type: 'array', items: { type: 'string', maxLength: 3 }, maxItems: 2 },
        at: {
          type: 'object',
          properties: { hour: { type: 'integer', minimum: 0, maximum: 23 } },
          required: ['hour'],
        },
        hint: { anyOf: [{ $ref: '#/$defs/note' }, { type: 'null' }] },
      },
      $defs: { note: { enum: ['soon', 'late'] } },
      required: ['name', 'where', 'code', 'seats', 'isLate', 'wishes', 'at'],
      additionalProperties: false,
    },
  },
]
const validate = new Ajv2020({ strict: false }).compile(tools[0]?.parameters ?? {})

describe('the grammar of a family', () => {
  let llama: Llama
  let model: LlamaModel
  let sequence: LlamaContextSequence
  beforeAll(async () => {
    llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1 })
    model = await llama.loadModel({ modelPath: STORYTELLER })
    const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 })
    sequence = context.getSequence()
  })
  afterAll(() => llama.dispose())

  /** What a model writes that knows nothing of the family, and is led by the grammar alone. */
  async function write(grammar: string, seed: number): Promise<string> {
    await sequence.clearHistory()
    const state = new LlamaGrammarEvaluationState({
      model,
      grammar: await llama.createGrammar({ grammar }),
    })
    const options = { temperature: 1.1, seed, grammarEvaluationState: state }
    const tokens = []
    for await (const token of sequence.evaluate(model.tokenize('Once'), options)) {
      tokens.push(token)
      if (tokens.length > 900) break
    }
    return model.detokenize(tokens)
  }

  // One of each form: many families write as another does.
  const forms = new Map(
    [...llamaTemplates()].map(([name, source]) => {
      const format = deriveFormat(new ChatTemplate(source, { bos: '<s>', eos: '</s>' }))
      return [JSON.stringify(format.calls[0]), { name, format }]
    }),
  )
  const families = [...forms.values()]

  it.each(families)('leads to calls that its reader reads: $name', async ({ name, format }) => {
    const [form] = format.calls
    expect(form?.written).toBeTruthy()
    if (!form?.written) return
    const answer = { calls: form.written, start: '', afterThought: null, thought: null }
    const wanted = {
      format: { kind: 'text' as const },
      tools,
      toolChoice: 'required' as const,
      parallelToolCalls: false,
    }
    const text = await write(outputGrammar(wanted, answer) ?? '', name.length)
    // Where a prompt has the opening mark, it is given to the reader.
    const prompt = form.written.first === '' ? (form.opens[0]?.text ?? '') : ''
    const reply = readReply(createReplyReader(format, tools, prompt), [...text])
    expect(reply, text).toMatchObject({ text: '', reasoning: '', calls: [{ name: 'book_table' }] })
    expect(reply.calls, text).toHaveLength(1)
    const args: unknown = JSON.parse(reply.calls[0]?.arguments ?? '')
    expect(validate(args), `${text}\n${JSON.stringify(validate.errors)}`).toBe(true)
  })

  it.each(families)('is what a call in words looks like: $name', ({ format }) => {
    const [form] = format.calls
    if (!form?.written) return
    const said = '{"name": "A b", "seats": 12345678901234567890, "wishes": ["x"]}'
    const calls = [1, 2].map(() => ({ name: 'book_table', arguments: said }))
    const prompt = form.written.first === '' ? (form.opens[0]?.text ?? '') : ''
    const reply = readReply(createReplyReader(format, tools, prompt), [
      writeCalls(form.written, form.written.next === null ? calls.slice(1) : calls),
    ])
    expect(reply.text.trim()).toBe('')
    for (const call of reply.calls) {
      expect(call.arguments).toContain('12345678901234567890')
      expect(JSON.parse(call.arguments)).toEqual(JSON.parse(said))
    }
    expect(reply.calls.length).toBe(form.written.next === null ? 1 : 2)
  })

  it.each(families)('goes on where a call was begun: $name', async ({ name, format }) => {
    const [form] = format.calls
    if (!form?.written) return
    const { written } = form
    const strict = tools.map((tool) => ({ ...tool, strict: true }))
    const mark = form.opens[0]?.text.includes('\u0000') ? undefined : form.opens.at(-1)?.text
    const whole = writeCalls(written, [{ name: 'book_table', arguments: '{}' }])
    const named = whole.slice(0, whole.indexOf('book_table') + 4)
    // Either is tried, form by form in turn.
    const begun = name.length % 2 === 0 ? named : (mark ?? named)
    if (written.first !== '') {
      const grammar = strictGrammar(strict, written, begun)
      expect(grammar, begun).toBeTruthy()
      const text = begun + (await write(grammar ?? '', name.length))
      const reply = readReply(createReplyReader(format, tools, ''), [text])
      expect(reply.calls[0], text).toMatchObject({ name: 'book_table' })
      const args: unknown = JSON.parse(reply.calls[0]?.arguments ?? '')
      expect(validate(args), `${text}\n${JSON.stringify(validate.errors)}`).toBe(true)
    }
    expect(strictGrammar(strict, written, 'Once upon a time')).toBeUndefined()
  })
})
