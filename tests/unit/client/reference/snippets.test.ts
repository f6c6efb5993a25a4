import { execFile, spawnSync } from 'node:child_process'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ApiTrial } from '@/lib/api/openapi/schemas'
import { type CallInput, type FilledCall, fillCall } from '@/lib/client/reference/filled-call'
import { curlSnippet } from '@/lib/client/reference/snippets/curl'
import { javascriptSnippet } from '@/lib/client/reference/snippets/javascript'
import { pythonSnippet } from '@/lib/client/reference/snippets/python'

/** Texts that a shell, JavaScript, Python or an address would take for something else. */
const HOSTILE = [
  `'`,
  `"`,
  `'; echo broken; '`,
  `$(echo broken) \`echo broken\` $HOME \${HOME} !!`,
  '\\ \\n \\u0041 \\x41 \\\' \\" \\',
  'two\nlines\r\nand\ttabs',
  '@/etc/passwd',
  '--help',
  '{braces} [brackets] * ? ~ # % & = + ; | < >',
  "f'{1}' %s {0} '''",
  'None True null </script> \u2028 \u2029',
  'żółć 狐 🦊 \u0000 \u001b \u007f',
  '__proto__',
]

const field = { type: 'string', required: false, description: null, rules: [], groups: [] }
const TRIAL: ApiTrial = {
  id: 'patchModelsId',
  method: 'PATCH',
  path: '/v1/models/{id}',
  tag: 'Models',
  summary: '',
  access: 'models:write',
  parameters: [
    { ...field, name: 'id', where: 'path', options: null, example: '' },
    { ...field, name: 'q', where: 'query', options: null, example: '' },
    { ...field, name: 'Last-Event-ID', where: 'header', options: null, example: '' },
  ],
  body: '{}',
  answers: 'json',
}

const seen = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.unknown()),
  body: z.string(),
})
let received: z.infer<typeof seen>[] = []
const server = createServer(async (request: IncomingMessage, response) => {
  received.push(
    seen.parse({
      ...request,
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: await text(request),
    }),
  )
  response.setHeader('content-type', 'application/json').end('{"fine":true}')
})
let origin: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

type Runner = {
  language: string
  command: string
  flags: string[]
  write: (call: FilledCall) => string
}

const ALL: Runner[] = [
  { language: 'curl', command: 'sh', flags: ['-c'], write: curlSnippet },
  {
    language: 'JavaScript',
    command: process.execPath,
    flags: ['--input-type=module', '-e'],
    write: javascriptSnippet,
  },
  { language: 'Python', command: 'python3', flags: ['-c'], write: pythonSnippet },
]
const isInstalled = (command: string) => spawnSync(command, ['--version']).status === 0
const RUNNERS = ALL.filter(({ language, command }) =>
  isInstalled(language === 'curl' ? 'curl' : command),
)

/** Runs what somebody would paste; gives what it printed and the one request that it made. */
async function run({ command, flags, write }: Runner, call: FilledCall) {
  received = []
  const { stdout } = await promisify(execFile)(command, [...flags, write(call)], {
    env: { ...process.env, KEY: 'rnl_secret', SESSION: 'cookie', no_proxy: '127.0.0.1' },
  })
  expect(received).toHaveLength(1)
  const [request] = received
  return { stdout, request: seen.parse(request) }
}

const fill = (input: Partial<CallInput>, trial = TRIAL) =>
  fillCall(trial, { parameters: {}, body: null, ...input }, origin)

test('there is something to run the snippets with', () => {
  expect(RUNNERS.map(({ language }) => language)).toContain('JavaScript')
})

describe.each(RUNNERS)('$language', (runner) => {
  test('sends what was filled in, whatever it holds', async () => {
    const everything = HOSTILE.join(' ')
    const body = {
      texts: HOSTILE,
      by_name: Object.fromEntries(HOSTILE.map((name) => [name, name])),
      more: [1.5, -2, 1e21, true, false, null, {}, []],
    }
    const { stdout, request } = await run(
      runner,
      fill({
        parameters: {
          'path id': `owner/${everything}`,
          'query q': everything,
          'header Last-Event-ID': `a'b"c$(d)\`e\\`,
        },
        body: JSON.stringify(body),
      }),
    )
    const url = new URL(request.url, origin)
    expect(decodeURIComponent(url.pathname)).toBe(`/v1/models/owner/${everything}`)
    expect(url.searchParams.get('q')).toBe(everything)
    expect(request.method).toBe('PATCH')
    expect(request.headers).toMatchObject({
      authorization: 'Bearer rnl_secret',
      'content-type': 'application/json',
      'last-event-id': `a'b"c$(d)\`e\\`,
    })
    expect(JSON.parse(request.body)).toEqual(body)
    expect(JSON.parse(request.body).by_name).toHaveProperty(['__proto__'], '__proto__')
    expect(stdout).toMatch(/fine/)
  })

  test('sends a text that is no JSON as it is', async () => {
    const body = `@{'not": json`
    const { request } = await run(runner, fill({ parameters: { 'path id': 'x' }, body }))
    expect(request.body).toBe(body)
  })

  test('reads a stream without a body, as whoever is signed in', async () => {
    const trial = {
      ...TRIAL,
      method: 'GET',
      access: 'session',
      answers: 'stream',
      body: null,
    } as const
    const { stdout, request } = await run(runner, fill({ parameters: { 'path id': 'x' } }, trial))
    expect(request).toMatchObject({ method: 'GET', body: '' })
    expect(request.headers).toMatchObject({ cookie: 'runnel.session=cookie', origin })
    expect(request.headers).not.toHaveProperty('authorization')
    expect(stdout).toBe('{"fine":true}')
  })
})

test('nothing is said of a credential where none is asked for', () => {
  const call = fill({}, { ...TRIAL, access: 'public' })
  for (const { write } of ALL) expect(write(call)).not.toMatch(/KEY|SESSION/)
})

test('a parameter of the path that is empty keeps its name', () => {
  expect(fill({}).url).toBe(`${origin}/v1/models/{id}`)
})

test('whether it streams is what the input asks for', () => {
  const either = { ...TRIAL, answers: 'either' } as const
  const asked = (body: string) => fill({ body }, either).answers
  expect(asked('{"stream":true}')).toBe('stream')
  expect(asked('{"stream":"true"}')).toBe('json')
  expect(asked('{')).toBe('json')
  const byQuery = {
    ...either,
    method: 'GET',
    parameters: [{ ...field, name: 'stream', where: 'query', options: null, example: '' }],
  } as const
  expect(fill({ parameters: { 'query stream': '1' } }, byQuery).answers).toBe('stream')
})
