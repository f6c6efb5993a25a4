import { LRUCache } from 'lru-cache'
import {
  type Llama,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from 'node-llama-cpp'
import type { ToolDefinition } from '../../types'
import { type AnswerForm, isHeld, outputGrammar, strictGrammar } from '../grammar/output-grammar'
import { unsupported } from '../grammar/schema-keywords'
import type { WorkerRequest } from '../protocol'
import type { WrittenCalls } from '../templates/reading/written-calls'

/** Compiled grammars that are kept: an application asks for the same few schemas again and again. */
const KEPT = 32

type Wanted = Parameters<typeof outputGrammar>[0] & { form?: AnswerForm }

/** A call that the model has begun by itself. */
type Begun = { tools: readonly ToolDefinition[]; calls: WrittenCalls; begun: string }

/** Compiles the grammars that requests ask for, each once. */
export class Grammars {
  /** By what was asked for, so that neither the schema is read again nor the grammar. */
  readonly #compiled: LRUCache<string, LlamaGrammar, { write: () => string | undefined }>

  readonly #model: LlamaModel

  constructor(llama: Llama, model: LlamaModel) {
    this.#model = model
    this.#compiled = new LRUCache({
      max: KEPT,
      // Those who ask for the same one at once get the same one.
      async fetchMethod(_key, _stale, { context }) {
        const grammar = context.write()
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
    return isHeld(wanted) ? this.#state(wanted, () => outputGrammar(wanted, form)) : undefined
  }

  /** The same for the rest of a call with strict tools; undefined where it is none. @throws AppError `unsupported_schema` */
  rest(begun: Begun): Promise<LlamaGrammarEvaluationState | undefined> {
    const { tools, calls } = begun
    return this.#state(begun, () => strictGrammar(tools, calls, begun.begun))
  }

  /**
   * Whether the schemas of strict tools can be held, before anything of the answer is written.
   * @throws AppError `unsupported_schema`
   */
  async checkStrict(tools: readonly ToolDefinition[], form: AnswerForm): Promise<void> {
    const wanted: Wanted = {
      ...{ format: { kind: 'text' }, toolChoice: 'required', parallelToolCalls: false, form },
      tools: tools.filter(({ strict }) => strict),
    }
    await this.#grammar(wanted, () => outputGrammar(wanted, form))
  }

  #grammar(asked: Wanted | Begun, write: () => string | undefined) {
    return this.#compiled.fetch(JSON.stringify(asked), { context: { write } })
  }

  /** @param asked what the grammar depends on */
  async #state(
    asked: Wanted | Begun,
    write: () => string | undefined,
  ): Promise<LlamaGrammarEvaluationState | undefined> {
    const grammar = await this.#grammar(asked, write)
    return grammar && new LlamaGrammarEvaluationState({ model: this.#model, grammar })
  }
}

function refuse(): never {
  throw unsupported('more rules than the engine takes')
}
