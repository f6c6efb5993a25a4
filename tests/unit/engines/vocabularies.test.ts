import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Vocabulary } from '@/lib/engines/local/worker/vocabulary'
import { vocabularies } from '@/tests/support/templates/llama-source'

const references = vocabularies()

describe('the vocabularies that llama.cpp is tested with', () => {
  let llama: Llama
  beforeAll(async () => {
    llama = await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      logLevel: LlamaLogLevel.disabled,
    })
  })
  afterAll(() => llama.dispose())

  it('are all there', () => {
    // Four of the 19 files have no texts beside them.
    expect(references.map(({ name }) => name)).toHaveLength(15)
  })

  it.each(references)('$name gives the tokens that it should', async ({ file, texts }) => {
    const model = await llama.loadModel({ modelPath: file, vocabOnly: true })
    const vocabulary = new Vocabulary(model)
    const kind = model.fileInfo.metadata.tokenizer.ggml.model
    for (const { text, tokens } of texts) {
      const ours = vocabulary.tokenize(text, false)
      expect(ours, JSON.stringify(text)).toEqual(tokens)
      const back = vocabulary.detokenize(ours)
      // SentencePiece begins a text with a blank, and WordPiece forgets capitals and blanks.
      if (kind === 'llama') expect(back.replace(/^ /, ''), kind).toBe(text)
      else if (kind !== 'bert') expect(back, kind).toBe(text)
    }
    await model.dispose()
  })
})
