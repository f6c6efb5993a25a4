import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { divertRequests } from '@/lib/api/diverted-requests'
import { noteClientAddresses } from '@/lib/auth/client-address'
import { ConfigError, parseConfig } from '@/lib/platform/config'
import { DatabaseError, type DataLock, lockDataDirectory } from '@/lib/platform/db/open'
import { guardSockets, ignoreUpgrades } from '@/lib/platform/http/server-requests'
import { installShutdown } from '@/lib/platform/lifecycle'
import { startServices } from '@/lib/services'
import { printWelcome } from '@/lib/welcome'

/** A reason not to start that the operator can mend; printed as one sentence. */
class StartError extends Error {
  override readonly name = 'StartError'
}

/**
 * Starts the server's services once Next listens, or ends the process with one clear sentence.
 * Called from `instrumentation.ts`.
 */
export async function boot(): Promise<void> {
  try {
    const config = parseConfig(process.env)
    guardSockets({ stallMs: config.subscribers.stallMs })
    noteClientAddresses(config.browser.trustedProxies)
    if (process.env.NODE_ENV === 'production') ignoreUpgrades()
    const lock = claimDataDirectory(config.dataDir)
    checkOwnFiles(config.dataDir)
    const all = await startServices(config)
    divertRequests()
    // next-auth reads the environment; without these it signs with nothing and answers 500.
    process.env.NEXTAUTH_SECRET ??= all.auth.secret
    if (!config.auth.url) process.env.AUTH_TRUST_HOST ??= 'true'
    installShutdown(async () => {
      await all.close()
      lock.release()
    })
    await printWelcome(all)
  } catch (error) {
    console.error(isForOperators(error) ? error.message : error)
    process.exit(1)
  }
}

/** Whether an operator can mend what is wrong, and the message is a sentence for them. */
function isForOperators(error: unknown): error is Error {
  return [ConfigError, DatabaseError, StartError].some((kind) => error instanceof kind)
}

function claimDataDirectory(dataDir: string): DataLock {
  try {
    makeDirectory(dataDir)
    accessSync(dataDir, constants.W_OK)
    const lock = lockDataDirectory(dataDir)
    if (lock) return lock
  } catch (cause) {
    throw new StartError(
      `The data directory ${dataDir} can't be written to: make it writable, or set RUNNEL_DATA_DIR to another.`,
      { cause },
    )
  }
  throw new StartError(
    `Another Runnel already uses the data directory ${dataDir}: stop it, or set RUNNEL_DATA_DIR to another.`,
  )
}

/** A backup that root has put back is root's, and nobody else may open it. */
function checkOwnFiles(dataDir: string): void {
  for (const path of ['runnel.db', 'secret'].map((name) => join(dataDir, name))) {
    if (!existsSync(path)) continue
    try {
      accessSync(path, constants.R_OK | constants.W_OK)
    } catch (cause) {
      throw new StartError(
        `The file ${path} can't be read and written by this user: make it theirs.`,
        { cause },
      )
    }
  }
}

/** Step by step: Node's own recursive way never returns where the system answers ENOENT, as in /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}
