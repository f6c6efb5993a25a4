type Environment = Readonly<Record<string, string | undefined>>

/** Our own settings, and whatever a name says to be secret. */
const WITHHELD =
  /^(RUNNEL_|NEXTAUTH_|AUTH_|HF_|DATABASE_URL|REDIS_URL)|SECRET|TOKEN|PASSWORD|CREDENTIAL|_KEY$/i

/**
 * The environment of a worker process. It opens files that anybody may have written, so it gets none of our secrets.
 * @param poolSize threads of libuv's pool
 */
export function workerEnvironment(environment: Environment, poolSize: number): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !WITHHELD.test(name))
  return {
    ...Object.fromEntries(kept),
    NODE_ENV: process.env.NODE_ENV,
    UV_THREADPOOL_SIZE: String(poolSize),
  }
}
