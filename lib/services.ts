import { Activity } from '@/lib/activity/activity'
import { History } from '@/lib/activity/history'
import { OwnerNames } from '@/lib/activity/owner-names'
import { TokenMeter } from '@/lib/activity/token-meter'
import { ApiKeys } from '@/lib/auth/api-keys'
import { Authenticator } from '@/lib/auth/authenticator'
import { loadSecret } from '@/lib/auth/secret'
import { Sessions } from '@/lib/auth/sessions'
import { SetUp } from '@/lib/auth/set-up'
import { Users } from '@/lib/auth/users'
import { Chats } from '@/lib/chat/chats'
import type { Config } from '@/lib/config'
import { openDatabase } from '@/lib/db/open'
import { createDownloads } from '@/lib/downloads/create-downloads'
import { createHub } from '@/lib/downloads/create-hub'
import { AppError } from '@/lib/errors'
import { InferApi } from '@/lib/infer/api'
import { ModelChoice } from '@/lib/infer/model-choice'
import { Responder } from '@/lib/infer/responder'
import { Generations } from '@/lib/inference/generations'
import { createLocalEngine } from '@/lib/inference/local/create-engine'
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
  const logger = createLogger(config)
  const db = await openDatabase(config.dataDir)
  const auth = createAuth(config, db)
  const sse = createSse(config)
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
  const history = new History({ sliceMs: 10_000, slices: 360, now: Date.now })
  const meter = new TokenMeter(history, Date.now)
  const generations = new Generations(meter.watch(engine))
  const responder = new Responder(generations, sse)
  const chat = new Chats({ db, runner: generations, logger })
  await chat.recover()
  const models = new ModelChoice(engine, catalog)
  const names = new OwnerNames(auth.users, (err) =>
    logger.error({ err }, 'an account is not readable'),
  )
  const activity = new Activity({ engine, generations, sse, meter, history, names, now: Date.now })

  return {
    config,
    logger,
    db,
    auth,
    sse,
    catalog,
    models: new ModelsApi(catalog, engine),
    hub: hub.explorer,
    downloads,
    engine,
    generations,
    chat,
    activity,
    responder,
    infer: new InferApi(engine, models, responder),
    openai: new OpenAiApi(engine, models, responder),
    /** Throws while requests can't be served. */
    async checkReady() {
      await db.selectFrom('settings').select('key').limit(1).execute()
    },
    /** Stops everything in the reverse order of its making: streams first, the database last. */
    async close() {
      activity.close()
      await sse.close()
      await downloads.close()
      await chat.close()
      await generations.close()
      await engine.close()
      await db.destroy()
    },
  }
}

function createSse(config: Config): SseServer {
  return new SseServer({
    maxSubscribers: config.subscribers.max,
    maxPerClient: config.subscribers.maxPerClient,
    maxAgeMs: config.subscribers.maxAgeMs,
    stallMs: config.subscribers.stallMs,
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

function createAuth(config: Config, db: Awaited<ReturnType<typeof openDatabase>>) {
  const secret = loadSecret(config.dataDir, config.auth.secret)
  const users = new Users(db)
  const sessions = new Sessions(db)
  const keys = new ApiKeys(db, config.adminKey)
  return {
    secret,
    users,
    sessions,
    keys,
    setUp: new SetUp(users),
    authenticator: new Authenticator(keys, sessions, secret, config.auth.url),
    /** Cookies are marked `Secure` when the dashboard is reached over TLS. */
    secureCookies: config.auth.url?.startsWith('https:') ?? false,
  }
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
