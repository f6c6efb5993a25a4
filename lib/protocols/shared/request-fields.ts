import type { z } from 'zod'
import type {
  Engine,
  GenerateRequest,
  Prompt,
  Sampling,
  ToolChoice,
  ToolDefinition,
} from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'

type SamplingFields = {
  temperature?: number | null
  top_p?: number | null
  top_k?: number | null
  min_p?: number | null
  repeat_penalty?: number | null
  frequency_penalty?: number | null
  presence_penalty?: number | null
  xtc_probability?: number | null
  xtc_threshold?: number | null
  seed?: number | null
  logit_bias?: Readonly<Record<string, number>> | null
}

type LimitFields = {
  stop?: string | readonly string[] | null
  keep_alive?: number | null
  timeout?: number | null
  context_policy?: 'truncate-middle' | 'refuse' | null
}

/** The engine's seeds have 32 bits, and the last of them means a random one. */
const MAX_SEED = 2 ** 32 - 1

/** What is said of one choice. With a seed, each choice has its own next one, or all would be the same. */
export function toSampling(fields: SamplingFields, choice: number): Partial<Sampling> {
  return {
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    topK: fields.top_k ?? undefined,
    minP: fields.min_p ?? undefined,
    repeatPenalty: fields.repeat_penalty ?? undefined,
    frequencyPenalty: fields.frequency_penalty ?? undefined,
    presencePenalty: fields.presence_penalty ?? undefined,
    ...toXtc(fields),
    ...(fields.seed == null ? {} : { seed: modulo(fields.seed + choice, MAX_SEED) }),
    ...(fields.logit_bias ? { logitBias: fields.logit_bias } : {}),
  }
}

/** A probability of 0 says that there is to be none, whatever the model's own settings have. */
function toXtc({ xtc_probability: probability, xtc_threshold }: SamplingFields) {
  return probability == null ? {} : { xtc: { probability, threshold: xtc_threshold ?? 0.1 } }
}

/** Where a generation ends, and what it may cost. */
export function toLimits(
  fields: LimitFields,
): Pick<GenerateRequest, 'stop' | 'contextPolicy' | 'keepAliveMs' | 'deadlineMs'> {
  return {
    stop: fields.stop == null ? [] : [fields.stop].flat(),
    contextPolicy: fields.context_policy ?? 'refuse',
    keepAliveMs: fields.keep_alive == null ? undefined : fields.keep_alive * 1000,
    deadlineMs: fields.timeout == null ? undefined : fields.timeout * 1000,
  }
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}

type ToolFields = Pick<
  Extract<Prompt, { kind: 'chat' }>,
  'tools' | 'toolChoice' | 'parallelToolCalls'
>

/**
 * The tools that the model may call, and whether it must; nothing without tools.
 * @throws AppError `invalid_request` when two have one name, or the choice names one that is not there.
 */
export function toToolFields(
  tools: readonly ToolDefinition[],
  choice: ToolChoice | undefined,
  parallelToolCalls: boolean,
): ToolFields {
  if (tools.length === 0) {
    // Many clients send what they always send, and have no tools this time.
    if (choice === undefined || choice === 'none' || choice === 'auto') return {}
    throw invalid('`tool_choice` needs `tools`.', 'tool_choice')
  }
  const names = new Set(tools.map(({ name }) => name))
  if (names.size < tools.length) throw invalid('Two tools have the same name.', 'tools')
  if (typeof choice === 'object') refuseUnknown([choice.name], names)
  return { tools, toolChoice: choice ?? 'auto', parallelToolCalls }
}

/** @throws AppError naming a tool that a choice names and nobody offers. */
export function refuseUnknown(wanted: readonly string[], offered: ReadonlySet<string>): void {
  for (const name of wanted)
    if (!offered.has(name))
      throw invalid(
        `\`tool_choice\` names the tool \`${name}\`, which is not in \`tools\`.`,
        'tool_choice',
      )
}

/** More names than anybody would read. */
const MOST = 20

/**
 * The header `X-Runnel-Ignored` with the fields of a body that its schema does not know: agents add some every month that
 * only advise, and whoever misses their effect finds them here. No header when there are none.
 */
export function ignoredFields(body: object, schema: z.ZodObject): Headers {
  const names = Object.keys(body).filter((name) => !(name in schema.shape))
  // What a client calls its fields is written into a header only where it is a plain word.
  const plain = names.filter((name) => /^[\w.-]{1,64}$/.test(name)).slice(0, MOST)
  return new Headers(plain.length > 0 ? { 'X-Runnel-Ignored': plain.join(', ') } : {})
}

/** Knows which model a name means; without a name, the one that was used last. */
type ModelNames = { resolveId(name?: string): Promise<string> }

/** Finds the model that a request means. */
export class ModelChoice {
  readonly #engine: Pick<Engine, 'status'>
  readonly #names: ModelNames

  constructor(engine: Pick<Engine, 'status'>, names: ModelNames) {
    this.#engine = engine
    this.#names = names
  }

  /**
   * The id of the model that was named, else of one that is loaded, because it answers soonest, else of the one that
   * was used last.
   * @throws AppError 404 `model_not_found`.
   */
  async resolve(name: string | null | undefined): Promise<string> {
    if (name) return this.#names.resolveId(name)
    const loaded = this.#engine.status().find(({ state }) => state === 'ready')
    return loaded?.model ?? this.#names.resolveId()
  }
}
