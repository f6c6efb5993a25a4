import {
  type Llama,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from 'node-llama-cpp'
import { outputGrammar } from '../grammar/output-grammar'
import { unsupported } from '../grammar/schema-keywords'
import type { WorkerRequest } from '../protocol'

/** Compiled grammars that are kept: an application asks for the same few schemas again and again. */
const KEPT = 32

/** Compiles the grammars that requests ask for, each once. */
export class Grammars {
  private readonly compiled = new Map<string, LlamaGrammar>()

  constructor(
    private readonly llama: Llama,
    private readonly model: LlamaModel,
  ) {}

  /** Where a new answer stands in its grammar; undefined when it is free. @throws AppError `unsupported_schema` */
  async begin(request: WorkerRequest): Promise<LlamaGrammarEvaluationState | undefined> {
    const { prompt, format } = request
    const chat = prompt.kind === 'chat' ? prompt : undefined
    const text = outputGrammar({
      format,
      tools: chat?.tools ?? [],
      toolChoice: chat?.toolChoice ?? 'auto',
      parallelToolCalls: chat?.parallelToolCalls ?? true,
    })
    if (text === undefined) return undefined
    const grammar = await this.compile(text)
    return new LlamaGrammarEvaluationState({ model: this.model, grammar })
  }

  private async compile(text: string): Promise<LlamaGrammar> {
    const known = this.compiled.get(text)
    this.compiled.delete(text)
    const grammar = known ?? (await this.llama.createGrammar({ grammar: text }).catch(refuse))
    this.compiled.set(text, grammar)
    const oldest = this.compiled.keys().next()
    if (this.compiled.size > KEPT && !oldest.done) this.compiled.delete(oldest.value)
    return grammar
  }
}

function refuse(): never {
  throw unsupported('more rules than the engine takes')
}
