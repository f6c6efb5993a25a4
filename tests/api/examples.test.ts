import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

test('the JavaScript example streams a text and watches a download to its end', async () => {
  const env = { ...process.env, RUNNEL_URL: server.url, RUNNEL_KEY: server.key }
  const { stdout } = await run(process.execPath, ['examples/stream.mjs'], { cwd: root, env })
  const [text, ...events] = stdout.trim().split('\n')
  expect(text?.split(' ').length).toBeGreaterThan(5)
  expect(events.at(-1)).toMatch(/^complete/)
})

test('the commands of the README work as they are written', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const commands = [...readme.matchAll(/^curl (?:.*\\\n)*.*$/gm)].map(([command]) => command)
  expect(commands.length).toBeGreaterThan(2)
  for (const command of commands) {
    const local = command.replaceAll(/(http:\/\/)?(localhost|127\.0\.0\.1):3000/g, server.url)
    // A stream without an end is cut after a few seconds, with curl's own exit code for that.
    const script = `${local} --max-time 4 --silent --show-error || test $? = 28`
    const { stdout } = await run('bash', ['-c', script], {
      env: { ...process.env, KEY: server.key },
    })
    expect(stdout, command).not.toContain('"error"')
    expect(stdout, command).not.toBe('')
  }
})
