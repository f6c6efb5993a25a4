import { chmodSync, cpSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Launch } from './server'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** A user that owns nothing, as in the image; only root can become it. */
const NOBODY = 65_534

const words = z.array(z.string())

/** What the last stage of the Dockerfile says of how the image runs. */
function readDockerfile() {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n/g, ' ')
  const stage = text.slice(text.lastIndexOf('\nFROM '))
  const after = (pattern: RegExp) => pattern.exec(stage)?.[1] ?? ''
  const [, ...args] = words.parse(JSON.parse(after(/^CMD (.+)$/m)))
  const [, ...health] = words.parse(JSON.parse(after(/^HEALTHCHECK .* CMD (.+)$/m)))
  const env = after(/^ENV (.+)$/m)
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split('='))
  return { args, health, env: z.record(z.string(), z.string()).parse(Object.fromEntries(env)) }
}

export type ImageFolder = {
  path: string
  launch: Launch
  /** The arguments for Node with which the image asks whether its server is well. */
  health: string[]
  port: number
}

/** Copies what the image is made of to a folder elsewhere; to be started as the image starts it. */
export async function copyImageFolder(): Promise<ImageFolder> {
  const path = mkdtempSync(join(tmpdir(), 'runnel-image-'))
  cpSync(join(root, '.next/standalone'), path, { recursive: true, verbatimSymlinks: true })
  chmodSync(path, 0o755)
  const { args, health, env } = readDockerfile()
  // The standalone server takes no port 0, so a free one is looked for.
  const port = await freePort()
  const { RUNNEL_DATA_DIR: _, ...given } = env
  return {
    path,
    health,
    port,
    launch: {
      args: () => args,
      cwd: path,
      env: { ...given, PORT: String(port) },
      uid: process.getuid?.() === 0 ? NOBODY : undefined,
    },
  }
}

/** A port on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
