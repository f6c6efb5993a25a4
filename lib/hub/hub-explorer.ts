import type { z } from 'zod'
import { groupFiles } from '@/lib/models/file-names'
import { RUNS_WELL_CONTEXT, recommend } from '@/lib/models/fit'
import { hubModelId } from '@/lib/models/model-names'
import { reportFit, type Surroundings } from '@/lib/models/reports'
import type { GgufSummary } from '@/lib/models/types'
import { isAppError } from '@/lib/platform/errors'
import type { HubModel, HubRepository } from './hub-answers'
import { isUnique, type ModelSet, projectorOf, totalSize } from './hub-choice'
import type { HubClient, HubSort } from './hub-client'
import { inFields } from './hub-errors'
import type { HubHeaders } from './hub-header'
import { formatReference } from './reference'
import type { hubHeader, hubModelDetails, hubModelReport, hubVariant } from './schemas'

type Header = { summary: GgufSummary | null; problem: string | null }
type Variant = z.infer<typeof hubVariant>

export type HubExplorerOptions = {
  client: Pick<HubClient, 'search' | 'repository'>
  headers: Pick<HubHeaders, 'read'>
  /** Memory, and which models are loaded. */
  lookAround: () => Promise<Surroundings>
}

/** What people look at before they download: searches, and models with what they would need here. */
export class HubExplorer {
  readonly #options: HubExplorerOptions

  constructor(options: HubExplorerOptions) {
    this.#options = options
  }

  /** Models whose name holds `q`. @throws AppError when the hub does not answer. */
  async search(
    query: { q: string; sort: HubSort; limit: number },
    signal: AbortSignal,
  ): Promise<{ data: z.infer<typeof hubModelReport>[] }> {
    const { q: text, sort, limit } = query
    const models = await this.#options.client.search({ text, sort, limit }, signal)
    return { data: models.map(reportHubModel) }
  }

  /**
   * A model, its files by quantization, and whether each fits.
   * @throws AppError `repository_not_found`, `revision_not_found` and the others of HubClient.repository.
   */
  async model(
    id: string,
    query: { context_length?: number; revision?: string },
    signal: AbortSignal,
  ): Promise<z.infer<typeof hubModelDetails>> {
    const asked = query.revision || null
    const revision = asked === 'main' ? null : asked
    const { client, lookAround } = this.#options
    const repository = await client
      .repository(id, { revision, fresh: false }, signal)
      .catch((error: unknown) => {
        throw isAppError(error) ? inFields(error) : error
      })
    const commit = revision && (await this.#commitUnlessNewest(repository, signal))
    const around = await lookAround()
    const { sets, projectors } = groupFiles(repository.files)
    const describe = (summary: GgufSummary | null) =>
      describeVariants(
        repository,
        { revision, commit },
        sets,
        summary,
        around,
        query.context_length,
      )
    const { summary, problem } = await this.#readHeader(repository, sets, describe(null), signal)
    const variants = describe(summary)
    const first = sets[0]
    return {
      ...reportHubModel(repository),
      revision: repository.revision,
      context_length: variants[0]?.fit.context_length ?? RUNS_WELL_CONTEXT,
      header: summary && reportHeader(summary),
      header_problem: problem,
      variants,
      projector: first ? projectorOf(first, projectors) : null,
    }
  }

  /** As the resolver has it: a revision that is the newest one by another name counts as the newest. */
  async #commitUnlessNewest(
    { id, revision }: HubRepository,
    signal: AbortSignal,
  ): Promise<string | null> {
    const options = { revision: null, fresh: false }
    const newest = await this.#options.client.repository(id, options, signal)
    return newest.revision === revision ? null : revision
  }

  /** All quantizations of a model say the same in their headers: the recommended one is read. */
  async #readHeader(
    repository: HubRepository,
    sets: readonly ModelSet[],
    variants: readonly Variant[],
    signal: AbortSignal,
  ): Promise<Header> {
    const set = sets[variants.findIndex(({ recommended }) => recommended)]
    if (!set) return { summary: null, problem: 'There is no complete GGUF file.' }
    try {
      const summary = await this.#options.headers.read(repository, set.files, signal)
      return { summary, problem: null }
    } catch (error) {
      if (!isAppError(error)) throw error
      return { summary: null, problem: [error.message, error.hint].filter(Boolean).join(' ') }
    }
  }
}

function describeVariants(
  repository: HubRepository,
  { revision, commit }: { revision: string | null; commit: string | null },
  sets: readonly ModelSet[],
  summary: GgufSummary | null,
  around: Surroundings,
  context: number | undefined,
): Variant[] {
  const described = sets.map((set) => {
    const { quantization, complete } = set
    const path = set.files[0]?.path ?? ''
    const unique = isUnique(set, sets)
    const { id: repo } = repository
    return {
      quantization,
      complete,
      model_ref: formatReference(
        quantization && unique
          ? { kind: 'model', repo, quantization, revision }
          : { kind: 'file', repo, path, revision },
      ),
      model_id: hubModelId({
        repo,
        commit,
        quantization,
        path,
        unique,
      }),
      size: totalSize(set.files),
      fit: reportFit(totalSize(set.files), summary, around, context),
      files: set.files.map((file) => ({ ...file })),
    }
  })
  const choices = described
    .filter(({ complete }) => complete)
    .map((each) => ({ each, ...each, verdict: each.fit.verdict }))
  const best = recommend(choices)?.each
  return described.map((each) => ({ ...each, recommended: each === best }))
}

function reportHubModel(model: HubModel): z.infer<typeof hubModelReport> {
  const { id, downloads, likes, gated, licence, tags, updatedAt } = model
  return { id, downloads, likes, gated, licence, tags: [...tags], updated_at: updatedAt }
}

function reportHeader(summary: GgufSummary): z.infer<typeof hubHeader> {
  return {
    architecture: summary.architecture,
    name: summary.name,
    parameters: summary.parameters,
    context_length: summary.contextLength,
    embedding_length: summary.embeddingLength,
    layers: summary.layers,
    vocabulary_size: summary.vocabularySize,
    chat_template: summary.chatTemplate,
  }
}
