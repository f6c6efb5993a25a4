import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyImageFolder, type ImageFolder } from '../support/image'
import { setUpAdmin } from '../support/people'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'

let image: ImageFolder
let server: TestServer
beforeAll(async () => {
  image = await copyImageFolder()
  // As `.env.example` has them when it is copied to `.env`: there, and empty.
  const env = { NEXTAUTH_URL: '', NEXTAUTH_SECRET: '', HF_TOKEN: '', RUNNEL_ALLOWED_HOSTS: '' }
  server = await startServer({ env, launch: image.launch })
})
afterAll(async () => {
  await server.dispose()
  rmSync(image.path, { recursive: true, force: true })
})

test('the folder of the image runs anywhere, prints how to get in, and lets the admin in', async () => {
  expect(server.output).toContain(`ready at http://localhost:${image.port}`)
  expect(server.output).toMatch(/rnl_[\w-]{40}/)
  const admin = await setUpAdmin(server)
  expect(admin.isSignedIn).toBe(true)
  expect((await admin.fetch('/')).status).toBe(200)
})

test('it holds nothing that it does not need', () => {
  for (const path of ['data', '.env', 'tests', 'lib', 'node_modules/playwright-core'])
    expect(existsSync(join(image.path, path)), path).toBe(false)
})

test('a page comes with everything that it loads', async () => {
  const html = await (await fetch(`${server.url}/sign-in`)).text()
  const assets = [...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+)"/g)].map(([, at]) => at)
  expect(assets.some((path) => path?.endsWith('.js'))).toBe(true)
  expect(assets.some((path) => path?.endsWith('.css'))).toBe(true)
  for (const path of assets) expect((await fetch(server.url + path)).status, path).toBe(200)
})

test('Storyteller streams, so the worker found everything it imports', async () => {
  const stream = new RawStream(server, {
    path: '/v1/infer',
    body: { prompt: 'Once upon a time', stream: true, max_tokens: 5 },
  })
  await stream.done()
  expect(stream.tokens).not.toBe('')
  expect(stream.events.at(-1)?.data).toBe('[DONE]')
})

test('the image’s own question says that it is well, and SIGTERM ends it with a stream open', async () => {
  const ask = () =>
    spawnSync(process.execPath, image.health, { env: { ...process.env, PORT: String(image.port) } })
      .status
  expect(ask()).toBe(0)
  const stream = new RawStream(server, { path: '/v1/models/download/progress' })
  await stream.when(({ text }) => text !== '')
  expect(await server.stop()).toBe(0)
  expect((await stream.done()).text.endsWith('\n\n')).toBe(true)
  expect(ask()).toBe(1)
})

test('a file that its user may not open, as after a backup that root put back, is one clear sentence', async () => {
  const secret = join(server.dataDir, 'secret')
  chmodSync(secret, 0o000)
  await expect(server.start()).rejects.toThrow(
    `The file ${secret} can't be read and written by this user: make it theirs.`,
  )
})
