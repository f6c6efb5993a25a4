import { LRUCache } from 'lru-cache'
import {
  type Llama,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from 'node-llama-cpp'
import { type AnswerForm, isHeld, outputGrammar } from '../grammar/output-grammar'
import { unsupported } from '../grammar/schema-keywords'
import type { WorkerRequest } from '../protocol'

/** Compiled grammars that are kept: an application asks for the same few schemas again and again. */
const KEPT = 32

type Wanted = Parameters<typeof outputGrammar>[0] & { form?: AnswerForm }

/** Compiles the grammars that requests ask for, each once. */
export class Grammars {
  /** By what was asked for, so that neither the schema is read again nor the grammar. */
  readonly #compiled: LRUCache<string, LlamaGrammar, Wanted>

  constructor(
    llama: Llama,
    private readonly model: LlamaModel,
  ) {
    this.#compiled = new LRUCache({
      max: KEPT,
      // Those who ask for the same one at once get the same one.
      async fetchMethod(_key, _stale, { context }) {
        const grammar = outputGrammar(context, context.form)
        return grammar === undefined ? undefined : llama.createGrammar({ grammar }).catch(refuse)
      },
    })
  }

  /**
   * Where a new answer stands in its grammar, or the rest of one after a thought; undefined when it is free.
   * @throws AppError `unsupported_schema`
   */
  async begin(
    { prompt, format }: WorkerRequest,
    form?: AnswerForm,
  ): Promise<LlamaGrammarEvaluationState | undefined> {
    const chat = prompt.kind === 'chat' ? prompt : undefined
    const wanted: Wanted = {
      format,
      tools: chat?.tools ?? [],
      toolChoice: chat?.toolChoice ?? 'auto',
      parallelToolCalls: chat?.parallelToolCalls ?? true,
      form,
    }
    if (!isHeld(wanted)) return undefined
    const grammar = await this.#compiled.fetch(JSON.stringify(wanted), { context: wanted })
    return grammar && new LlamaGrammarEvaluationState({ model: this.model, grammar })
  }
}

function refuse(): never {
  throw unsupported('more rules than the engine takes')
}
