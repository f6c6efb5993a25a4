import {
  type Llama,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from 'node-llama-cpp'
import { isHeld, outputGrammar } from '../grammar/output-grammar'
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
  async begin({ prompt, format }: WorkerRequest): Promise<LlamaGrammarEvaluationState | undefined> {
    const chat = prompt.kind === 'chat' ? prompt : undefined
    const grammar = await this.compiledFor({
      format,
      tools: chat?.tools ?? [],
      toolChoice: chat?.toolChoice ?? 'auto',
      parallelToolCalls: chat?.parallelToolCalls ?? true,
    })
    return grammar && new LlamaGrammarEvaluationState({ model: this.model, grammar })
  }

  private async compiledFor(
    wanted: Parameters<typeof outputGrammar>[0],
  ): Promise<LlamaGrammar | undefined> {
    if (!isHeld(wanted)) return undefined
    const key = JSON.stringify(wanted)
    const known = this.compiled.get(key)
    this.compiled.delete(key)
    const grammar = known ?? (await this.compile(outputGrammar(wanted)))
    if (!grammar) return undefined
    this.compiled.set(key, grammar)
    const oldest = this.compiled.keys().next()
    if (this.compiled.size > KEPT && !oldest.done) this.compiled.delete(oldest.value)
    return grammar
  }

  private async compile(grammar: string | undefined): Promise<LlamaGrammar | undefined> {
    return grammar === undefined ? undefined : this.llama.createGrammar({ grammar }).catch(refuse)
  }
}

function refuse(): never {
  throw unsupported('more rules than the engine takes')
}
