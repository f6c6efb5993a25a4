// Kills a downloading server at random moments, as often as told: node bench/downloads/kill.mjs 500
import { spawnSync } from 'node:child_process'

const kills = process.argv[2] ?? '100'
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'api', 'tests/api/downloads-kill.test.ts'],
  { stdio: 'inherit', env: { ...process.env, KILLS: kills } },
)
process.exitCode = status ?? 1
