import { execFileSync } from 'node:child_process'
import type { TestServer } from './server'

/** The process ids of a server's inference workers. */
export function workersOf(server: TestServer): number[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return listing
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === server.pid && match?.[3]?.includes('llama-worker'))
    .map((match) => Number(match?.[1]))
}
