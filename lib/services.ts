import { join } from 'node:path'
import { keyOf } from '@/lib/auth/caller'
import { createAuth } from '@/lib/auth/create-auth'
import { KeyUsage } from '@/lib/auth/limits/key-usage'
import { Chats } from '@/lib/chat/chats'
import { createDownloads } from '@/lib/downloads/create-downloads'
import { Generations, tokensOf } from '@/lib/engines/generations'
import { createLocalEngine, createWorkers } from '@/lib/engines/local/create-engine'
import { ThinkingChoices } from '@/lib/engines/local/templates/thinking-choices'
import { createHub } from '@/lib/hub/create-hub'
import { Catalog } from '@/lib/models/catalog'
import { readGgufFiles } from '@/lib/models/gguf/reader'
import { ModelsApi } from '@/lib/models/models-api'
import { ModelScan } from '@/lib/models/scan'
import type { Config } from '@/lib/platform/config'
import { databaseFile, openDatabase } from '@/lib/platform/db/open'
import { Retention } from '@/lib/platform/db/retention'
import { SearchThread } from '@/lib/platform/db/search/search-thread'
import { createEventStreams } from '@/lib/platform/event-streams'
import { closeAll } from '@/lib/platform/lifecycle'
import { createLogger } from '@/lib/platform/logger'
import { AnthropicApi } from '@/lib/protocols/anthropic/api'
import { OpenAiApi } from '@/lib/protocols/openai/api'
import { InferApi } from '@/lib/protocols/runnel/api'
import { ModelChoice } from '@/lib/protocols/shared/request-fields'
import { Responder, type TokenBudget } from '@/lib/protocols/shared/responder'
import type { SseServer } from '@/lib/sse'
import { Activity } from '@/lib/telemetry/activity/activity'
import { History } from '@/lib/telemetry/activity/history'
import { OwnerNames } from '@/lib/telemetry/activity/reports'
import { TokenMeter } from '@/lib/telemetry/activity/token-meter'
import { Audit } from '@/lib/telemetry/audit/audit'
import { Metrics } from '@/lib/telemetry/metrics/metrics'
import { Observers, observed } from '@/lib/telemetry/observer'
import { CurrentRequest, RequestLog } from '@/lib/telemetry/requests/request-record'
import { Requests, readRouteNames } from '@/lib/telemetry/requests/requests'
import { createTracing } from '@/lib/telemetry/tracing/tracing'

/** Every singleton of the server, by the name that routes use. */
export type Services = Awaited<ReturnType<typeof createServices>>

/**
 * Builds every service from the configuration: the one place where the parts of Runnel meet.
 * The data directory is locked and writable when this is called.
 */
export async function createServices(config: Config) {
  const base = await createBase(config)
  const sse = createEventStreams(config, {
    admit: (request) => base.auth.admissions.admit(request),
    observer: base.metrics.deliveries,
  })
  const models = await createModels(base)
  const answers = createAnswers(base, models, sse)
  const chat = new Chats({
    db: base.db,
    search: base.search,
    runner: answers.generations,
    logger: base.logger,
  })
  await chat.recover()
  measure(base, models, answers, sse)
  return {
    ...base,
    ...models,
    ...answers,
    sse,
    chat,
    /** Throws while requests can't be served. */
    async checkReady() {
      await base.db.selectFrom('settings').select('key').limit(1).execute()
    },
    /**
     * Stops everything in the reverse order of its making: what streams tell of, so that they can tell its end, then
     * they, and the database when no request needs it.
     * @throws AggregateError at the end, when something could not be closed
     */
    close: () =>
      closeAll([
        ['retention', () => base.retention.close()],
        ['activity', () => answers.activity.close()],
        ['chats', () => chat.close()],
        ['generations', () => answers.generations.close()],
        ['event streams', () => sse.close()],
        ['downloads', () => models.downloads.close()],
        ['requests', () => base.requests.settled(2_500)],
        ['models', () => models.engine.close()],
        ['search', () => base.search.close()],
        ['database', () => base.db.destroy()],
        ['tracing', () => base.tracing.close()],
      ]),
  }
}

type Base = Awaited<ReturnType<typeof createBase>>
type Models = Awaited<ReturnType<typeof createModels>>
type Answers = ReturnType<typeof createAnswers>

/** What everything else stands on: the log, the database, who may do what. */
async function createBase(config: Config) {
  const logger = createLogger(config)
  const routes = readRouteNames(config.rootDir)
  const metrics = new Metrics(routes)
  const current = new CurrentRequest()
  const tracing = await createTracing(config, current, routes, logger)
  const history = new History({ sliceMs: 10_000, slices: 360, now: Date.now })
  const meter = new TokenMeter(history, Date.now)
  const observers = new Observers(
    [{ requests: new RequestLog(logger) }, metrics, tracing, { generations: meter }],
    (err) => logger.error({ err }, 'something that happened was not counted'),
  )
  const requests = new Requests(current, observers.requests)
  requests.watch()
  const db = await openDatabase(config.dataDir)
  const search = new SearchThread(
    join(config.rootDir, 'dist', 'search-worker.mjs'),
    databaseFile(config.dataDir),
  )
  const audit = new Audit(db, { search, keepDays: config.auditDays })
  const usage = new KeyUsage(db, (err) => logger.error({ err }, 'tokens were not counted'))
  const auth = createAuth({ config, db, audit, usage, logger })
  const { sessions, keys, invites } = auth
  const tables = { sessions, keys, invites, usage, audit }
  const retention = new Retention(tables, logger)
  await retention.start()
  return {
    config,
    logger,
    metrics,
    tracing,
    history,
    meter,
    observers,
    requests,
    db,
    audit,
    usage,
    auth,
    search,
    retention,
  }
}

/** Models: where they come from, which are here, and what runs them. */
async function createModels({ config, db, logger, observers }: Base) {
  const catalog = new Catalog({ db, dataDir: config.dataDir })
  await new ModelScan({ catalog, rootDir: config.rootDir, logger }).run()
  const workers = createWorkers(config, logger)
  const engine = createLocalEngine(config, catalog, db, workers, logger)
  const hub = createHub(config, () => engine.status())
  const downloads = createDownloads({
    config,
    db,
    log: logger,
    http: hub.http,
    resolve: (ref, signal) => hub.resolver.resolve(ref, signal),
    catalog,
    readGguf: readGgufFiles,
    observer: observers.downloads,
  })
  await downloads.open()
  const thinking = new ThinkingChoices()
  return {
    catalog,
    workers,
    engine,
    hub: hub.explorer,
    downloads,
    models: new ModelsApi(catalog, engine, config.inference, (template) => thinking.of(template)),
  }
}

/** Answers of models, in each format, and the view of what runs now. */
function createAnswers(
  { auth, usage, logger, history, meter, observers }: Base,
  { engine, catalog }: Models,
  sse: SseServer,
) {
  const watched = observed(engine, observers.generations)
  const generations = new Generations(watched, ({ keyId }, usages, choicesPerPrompt) =>
    usage.spend(keyId, tokensOf(usages, choicesPerPrompt)),
  )
  const names = new OwnerNames(auth.users, (err) =>
    logger.error({ err }, 'an account is not readable'),
  )
  const budget: TokenBudget = {
    reserve: (caller) => auth.keyLimits.reserve(keyOf(caller)),
    spend: (caller, tokens) => usage.spend(keyOf(caller)?.id, tokens),
  }
  const responder = new Responder(generations, sse, budget)
  const choice = new ModelChoice(engine, catalog)
  return {
    generations,
    responder,
    activity: new Activity({ engine, generations, sse, meter, history, names, now: Date.now }),
    infer: new InferApi(engine, choice, responder),
    openai: new OpenAiApi(engine, choice, responder, budget),
    anthropic: new AnthropicApi(engine, choice, responder),
  }
}

/** Shows in the metrics what is counted by those who do it. */
function measure({ metrics, meter }: Base, models: Models, answers: Answers, sse: SseServer): void {
  const { downloads, engine, workers } = models
  const { generations, activity } = answers
  metrics.watch({
    sse,
    downloads: downloads.stats,
    engine,
    workers,
    meter,
    logBytes: {
      downloads: () => downloads.stats.logBytes,
      generations: () => generations.logBytes,
      activity: () => activity.logBytes,
    },
  })
}

declare global {
  // Next evaluates this module once for each of its bundles; `globalThis` is what they share.
  var runnel: Services | undefined
}

/** Builds the services and makes them those of this process. */
export async function startServices(config: Config): Promise<Services> {
  globalThis.runnel ??= await createServices(config)
  return globalThis.runnel
}

/** The services of this process, for routes and pages. */
export function services(): Services {
  if (globalThis.runnel) return globalThis.runnel
  throw new Error('The services were asked for before the server started.')
}
