import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import {
  count,
  downloadHosts,
  duration,
  flag,
  hosts,
  origin,
  origins,
  positiveBytes,
  positiveDuration,
  proxy,
  url,
} from './config-schemas'

const environment = z.object({
  PORT: count(0, 65_535).default(3000),
  HOSTNAME: z.string().default('127.0.0.1'),
  RUNNEL_DATA_DIR: z.string().default('./data'),
  RUNNEL_ADMIN_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  NEXTAUTH_URL: origin.optional(),
  NEXTAUTH_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  RUNNEL_ALLOWED_HOSTS: hosts.default([]),
  RUNNEL_CORS_ORIGINS: origins.default([]),
  RUNNEL_TRUSTED_PROXIES: count(0, 16).default(0),
  RUNNEL_AUDIT_DAYS: count(1, 36_500).default(365),
  RUNNEL_OIDC_ISSUER: url.optional(),
  RUNNEL_OIDC_CLIENT_ID: z.string().optional(),
  RUNNEL_OIDC_CLIENT_SECRET: z.string().optional(),
  RUNNEL_OIDC_NAME: z.string().default('Single sign-on'),
  RUNNEL_OIDC_SIGN_UP: flag.default(false),
  HF_ENDPOINT: url.default('https://huggingface.co'),
  HF_TOKEN: z.string().optional(),
  HTTP_PROXY: proxy.optional(),
  HTTPS_PROXY: proxy.optional(),
  NO_PROXY: z.string().optional(),
  RUNNEL_DOWNLOAD_HOSTS: downloadHosts.default([]),
  RUNNEL_DOWNLOAD_CONCURRENCY: count(1, 16).default(2),
  RUNNEL_DOWNLOAD_CONNECTIONS: count(1, 16).default(4),
  RUNNEL_DOWNLOAD_RATE: positiveBytes.optional(),
  RUNNEL_MAX_SUBSCRIBERS: count(1, 1_000_000).default(10_000),
  RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: count(1, 1_000_000).default(100),
  RUNNEL_SUBSCRIBER_MAX_AGE: positiveDuration.default(3_600_000),
  RUNNEL_STALL_TIMEOUT: positiveDuration.default(30_000),
  RUNNEL_MAX_QUEUE: count(1, 100_000).default(256),
  RUNNEL_PARALLEL: count(1, 256).default(4),
  RUNNEL_KEEP_ALIVE: duration.default(300_000),
  RUNNEL_CONTEXT_SIZE: count(128, 10_000_000).optional(),
  RUNNEL_THREADS: count(1, 1024).optional(),
  RUNNEL_MEMORY: positiveBytes.optional(),
  RUNNEL_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  RUNNEL_LOG_LEVEL: z
    .enum(
      ['debug', 'info', 'warn', 'error', 'silent'],
      'must be debug, info, warn, error or silent',
    )
    .default('info'),
  RUNNEL_LOG_FORMAT: z.enum(['pretty', 'json'], 'must be pretty or json').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_SERVICE_NAME: z.string().default('runnel'),
})

export type Config = ReturnType<typeof shape>

/** Where people sign in besides a password; undefined unless all of it is set. */
function oidcOf(env: z.infer<typeof environment>) {
  const given = [env.RUNNEL_OIDC_ISSUER, env.RUNNEL_OIDC_CLIENT_ID, env.RUNNEL_OIDC_CLIENT_SECRET]
  const [issuer, clientId, clientSecret] = given
  if (issuer && clientId && clientSecret)
    return {
      issuer: issuer.replace(/\/+$/, ''),
      clientId,
      clientSecret,
      /** What the button says. */
      name: env.RUNNEL_OIDC_NAME,
      /** Whether somebody without an account gets one. */
      signUp: env.RUNNEL_OIDC_SIGN_UP,
    }
  if (given.some(Boolean))
    throw new ConfigError(
      'RUNNEL_OIDC_ISSUER, RUNNEL_OIDC_CLIENT_ID and RUNNEL_OIDC_CLIENT_SECRET go together; one is missing.',
    )
  return undefined
}

function shape(env: z.infer<typeof environment>) {
  return {
    port: env.PORT,
    /** The address to listen on. */
    hostname: env.HOSTNAME,
    /** Where everything that lasts is kept, as an absolute path. */
    dataDir: resolve(env.RUNNEL_DATA_DIR),
    /** Where the files that ship with Runnel are: the working directory of the server. */
    rootDir: process.cwd(),
    adminKey: env.RUNNEL_ADMIN_KEY,
    auth: { url: env.NEXTAUTH_URL, secret: env.NEXTAUTH_SECRET },
    browser: {
      /** Names besides the usual ones under which the server may be addressed; `.example.org` means all below. */
      hosts: env.RUNNEL_ALLOWED_HOSTS,
      /** Origins whose pages may call /v1 with a key or a ticket. */
      corsOrigins: env.RUNNEL_CORS_ORIGINS,
      /** Proxies in front whose `X-Forwarded-For` is believed. */
      trustedProxies: env.RUNNEL_TRUSTED_PROXIES,
    },
    oidc: oidcOf(env),
    /** Days that the audit trail is kept. */
    auditDays: env.RUNNEL_AUDIT_DAYS,
    hub: { endpoint: env.HF_ENDPOINT.replace(/\/+$/, ''), token: env.HF_TOKEN },
    /** The way out to the hub and to files. */
    proxy: { http: env.HTTP_PROXY, https: env.HTTPS_PROXY, except: env.NO_PROXY },
    downloads: {
      /** Hosts besides the hub that may be downloaded from: `host`, `host:port` or `*.domain`. */
      hosts: env.RUNNEL_DOWNLOAD_HOSTS,
      concurrency: env.RUNNEL_DOWNLOAD_CONCURRENCY,
      connections: env.RUNNEL_DOWNLOAD_CONNECTIONS,
      /** Bytes a second over all jobs; undefined is without limit. */
      bytesPerSecond: env.RUNNEL_DOWNLOAD_RATE,
    },
    subscribers: {
      max: env.RUNNEL_MAX_SUBSCRIBERS,
      maxPerClient: env.RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT,
      maxAgeMs: env.RUNNEL_SUBSCRIBER_MAX_AGE,
      stallMs: env.RUNNEL_STALL_TIMEOUT,
    },
    inference: {
      /** Requests that may wait for one model. */
      maxQueue: env.RUNNEL_MAX_QUEUE,
      /** Sequences that one model evaluates together, as many as fit beside the context of the first. */
      parallel: env.RUNNEL_PARALLEL,
      /** Idle milliseconds before a model is unloaded; negative is never. */
      keepAliveMs: env.RUNNEL_KEEP_ALIVE,
      /** Tokens of context for one sequence; undefined is what the model was trained for, or as much as fits. */
      contextSize: env.RUNNEL_CONTEXT_SIZE,
      /** Compute threads; undefined is measured at load. */
      threads: env.RUNNEL_THREADS,
      /** Bytes that loaded models may take together; undefined is what the machine has. */
      memory: env.RUNNEL_MEMORY,
    },
    metrics: {
      /** What opens `/metrics` to a collector; undefined leaves it to admins. */
      token: env.RUNNEL_METRICS_TOKEN,
    },
    tracing: {
      /** The collector that gets spans over OTLP/HTTP; undefined traces nothing. */
      endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
      serviceName: env.OTEL_SERVICE_NAME,
    },
    logLevel: env.RUNNEL_LOG_LEVEL,
    /** Undefined: for people in a terminal, JSON elsewhere. */
    logFormat: env.RUNNEL_LOG_FORMAT,
  }
}

/** A wrong environment variable. The message is one sentence for each of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Parses the environment once.
 * @throws ConfigError naming every variable that is wrong and what it must be.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  // These are known in both spellings, and curl knows the first of them in small letters only.
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])
    given[name] = given[name.toLowerCase()] ?? given[name]
  // Shells in containers export the machine's own name as HOSTNAME; that is not a choice of address.
  if (given.HOSTNAME === hostname()) delete given.HOSTNAME
  const parsed = environment.safeParse(given)
  if (parsed.success) return shape(parsed.data)
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return `${name} ${message}${shownValue(given, name)}.`
  })
  // Of a list each wrong word is an issue, and they say the same.
  throw new ConfigError([...new Set(sentences)].join(' '))
}

/** A wrong value helps to find the mistake, but what may be a secret never reaches the terminal. */
function shownValue(given: Record<string, string | undefined>, name: string): string {
  return /KEY|SECRET|TOKEN|PROXY$/.test(name) ? '' : `; it is ${JSON.stringify(given[name])}`
}
