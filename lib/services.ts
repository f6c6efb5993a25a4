import { Activity } from '@/lib/activity/activity'
import { History } from '@/lib/activity/history'
import { OwnerNames } from '@/lib/activity/owner-names'
import { TokenMeter } from '@/lib/activity/token-meter'
import { Audit } from '@/lib/audit/audit'
import type { Admissions } from '@/lib/auth/admissions'
import { keyOf } from '@/lib/auth/caller'
import { createAuth } from '@/lib/auth/create-auth'
import { Chats } from '@/lib/chat/chats'
import type { Config } from '@/lib/config'
import { openDatabase } from '@/lib/db/open'
import { createDownloads } from '@/lib/downloads/create-downloads'
import { createHub } from '@/lib/downloads/create-hub'
import { AppError } from '@/lib/errors'
import { InferApi } from '@/lib/infer/api'
import { ModelChoice } from '@/lib/infer/model-choice'
import { Responder } from '@/lib/infer/responder'
import type { TokenBudget } from '@/lib/infer/token-budget'
import { Generations, tokensOf } from '@/lib/inference/generations'
import { createLocalEngine } from '@/lib/inference/local/create-engine'
import { KeyUsage } from '@/lib/limits/key-usage'
import { createLogger } from '@/lib/logger'
import { Catalog } from '@/lib/models/catalog'
import { readGgufFiles } from '@/lib/models/gguf-file'
import { ModelsApi } from '@/lib/models/models-api'
import { ModelScan } from '@/lib/models/scan'
import { OpenAiApi } from '@/lib/openai/api'
import { SseServer } from '@/lib/sse'

/** Every singleton of the server, by the name that routes use. */
export type Services = Awaited<ReturnType<typeof createServices>>

/**
 * Builds every service from the configuration: the one place where the parts of Runnel meet.
 * The data directory is locked and writable when this is called.
 */
export async function createServices(config: Config) {
  const base = await createBase(config)
  const sse = createSse(config, base.auth.admissions)
  const models = await createModels(base)
  const answers = createAnswers(base, models, sse)
  const chat = new Chats({ db: base.db, runner: answers.generations, logger: base.logger })
  await chat.recover()
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
    /** Stops everything in the reverse order of its making: streams first, the database last. */
    async close() {
      answers.activity.close()
      await sse.close()
      await models.downloads.close()
      await chat.close()
      await answers.generations.close()
      await models.engine.close()
      await base.db.destroy()
    },
  }
}

type Base = Awaited<ReturnType<typeof createBase>>
type Models = Awaited<ReturnType<typeof createModels>>

/** What everything else stands on: the log, the database, who may do what. */
async function createBase(config: Config) {
  const logger = createLogger(config)
  const db = await openDatabase(config.dataDir)
  const audit = new Audit(db, config.auditDays)
  const usage = new KeyUsage(db, (err) => logger.error({ err }, 'tokens were not counted'))
  await usage.prune(Date.now())
  const auth = createAuth({ config, db, audit, usage, logger })
  return { config, logger, db, audit, usage, auth }
}

/** Models: where they come from, which are here, and what runs them. */
async function createModels({ config, db, logger }: Base) {
  const catalog = new Catalog({ db, dataDir: config.dataDir })
  await new ModelScan({ catalog, rootDir: config.rootDir, logger }).run()
  const engine = createLocalEngine(config, catalog, db, logger)
  const hub = createHub(config, () => engine.status())
  const downloads = createDownloads({
    config,
    db,
    log: logger,
    http: hub.http,
    resolve: (ref, signal) => hub.resolver.resolve(ref, signal),
    catalog,
    readGguf: readGgufFiles,
  })
  await downloads.open()
  return { catalog, engine, hub: hub.explorer, downloads, models: new ModelsApi(catalog, engine) }
}

/** Answers of models, in each format, and the view of what runs now. */
function createAnswers({ auth, usage, logger }: Base, { engine, catalog }: Models, sse: SseServer) {
  const history = new History({ sliceMs: 10_000, slices: 360, now: Date.now })
  const meter = new TokenMeter(history, Date.now)
  const generations = new Generations(meter.watch(engine), ({ keyId }, { choices }) =>
    usage.spend(keyId, tokensOf(choices)),
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
  }
}

function createSse(config: Config, admissions: Admissions): SseServer {
  return new SseServer({
    maxSubscribers: config.subscribers.max,
    maxPerClient: config.subscribers.maxPerClient,
    maxAgeMs: config.subscribers.maxAgeMs,
    stallMs: config.subscribers.stallMs,
    admit: (request) => admissions.admit(request),
    reject: (scope, retryAfter) =>
      scope === 'client'
        ? new AppError('Too many streams are open for this client.', {
            code: 'too_many_streams',
            status: 429,
            hint: `Close one first; ${config.subscribers.maxPerClient} may be open at once.`,
            retryAfter,
          }).toResponse()
        : new AppError('The server has as many streams open as it takes.', {
            code: 'streams_full',
            status: 503,
            hint: 'Try again in a moment; an admin can raise RUNNEL_MAX_SUBSCRIBERS.',
            retryAfter,
          }).toResponse(),
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
