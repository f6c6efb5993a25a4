import type { Config } from '@/lib/platform/config'
import type { Db } from '@/lib/platform/db/open'
import type { Logger } from '@/lib/platform/logger'
import { Account } from './account'
import { ApiKeys } from './api-keys'
import type { AuditTrail } from './audit'
import { Authenticator, MetricsToken } from './authenticator'
import { Identities } from './identities'
import { Links } from './invite-links'
import { Invites } from './invites'
import { KeyRing } from './key-ring'
import { KeyLimits } from './limits/key-limits'
import type { KeyUsage } from './limits/key-usage'
import { SignInGuard } from './limits/sign-in-guard'
import { People } from './people'
import { HostPolicy, OriginPolicy } from './policies'
import { Admissions, Revocations } from './revocations'
import { loadSecret } from './secret'
import { Sessions } from './sessions'
import { SetUp } from './set-up'
import { SignIn } from './sign-in'
import { Tickets } from './tickets'
import { Users } from './users'

type Dependencies = { config: Config; db: Db; audit: AuditTrail; usage: KeyUsage; logger: Logger }

/** Builds everything that decides who may do what. */
export function createAuth({ config, db, audit, usage, logger }: Dependencies) {
  const { auth, browser, oidc } = config
  const secret = loadSecret(config.dataDir, auth.secret)
  const revocations = new Revocations()
  const users = new Users(db)
  const sessions = new Sessions(db, revocations)
  const keys = new ApiKeys(db, config.adminKey)
  const tickets = new Tickets(revocations)
  const hosts = new HostPolicy(ownNames(config))
  const origins = new OriginPolicy(auth.url, browser.corsOrigins)
  const metricsToken = new MetricsToken(config.metrics.token)
  const guard = new SignInGuard()
  const identities = oidc ? new Identities(db, users, oidc) : null
  const shared = { users, sessions, identities, guard, secret, oidc, hosts, origins, audit }
  return {
    secret,
    users,
    sessions,
    keys,
    tickets,
    hosts,
    origins,
    revocations,
    admissions: new Admissions(revocations),
    keyLimits: new KeyLimits(usage),
    keyRing: new KeyRing(db, keys, revocations),
    people: new People(db, sessions, revocations),
    links: new Links(auth.url),
    invites: new Invites(db, users, sessions, config.adminKey),
    account: new Account(db, users, sessions, guard),
    setUp: new SetUp(db, users),
    authenticator: new Authenticator({ keys, sessions, tickets, metricsToken, origins, secret }),
    signIn: new SignIn({ ...shared, publicUrl: auth.url, log: logger }),
  }
}

/** Every name that the operator has given the server. */
function ownNames({ auth, browser, hostname }: Config): string[] {
  return [
    hostname,
    ...(auth.url ? [new URL(auth.url).hostname] : []),
    ...browser.hosts.map((host) => host.replace(/:\d+$/, '')),
  ]
}
