import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type HubFile, type HubModel, shaOf } from './api'
import { serveFile } from './cdn'
import type { Content } from './content'
import { acts, type Faults } from './faults'
import { answerHub } from './routes'

/** One request that the hub got, as tests look at it. */
export type SeenRequest = {
  server: 'hub' | 'cdn'
  method: string
  path: string
  range: string | null
  authorization: string | null
  status: number
  /** Bytes of a file that were sent. */
  sent: number
}

/** A file behind a signed address. */
export type Signed = { model: HubModel; path: string; sent: number }

/** The parts of the hub that its routes share. */
export type HubState = {
  models: Map<string, HubModel>
  faults: Faults
  token: string
  hubUrl: string
  cdnUrl: string
  signed: Map<string, Signed>
}

type ModelOptions = Partial<Omit<HubModel, 'id' | 'files'>>
type GivenFile = Content | HubFile

/** A hub on loopback that speaks the Hugging Face API and can misbehave in every known way. */
export type Hub = {
  url: string
  /** The second server, which has the files behind signed addresses. */
  cdnUrl: string
  /** The token that opens private and gated models. */
  token: string
  /** The variables with which Runnel uses this hub. */
  env: Record<string, string>
  /** The switches; set and delete them while it runs. */
  faults: Faults
  requests: SeenRequest[]
  /** Adds a model, or replaces it. */
  add(id: string, files: Record<string, GivenFile>, options?: ModelOptions): void
  /** Puts another file in the place of one, as a new commit does. */
  replace(id: string, path: string, file: GivenFile): void
  /** Bytes of this file that were sent in all, by either server. */
  served(path: string): number
  stop(): Promise<void>
}

/** Starts the two servers on free ports. */
export async function startHub(
  options: { models?: Record<string, Record<string, GivenFile>>; faults?: Faults } = {},
): Promise<Hub> {
  const requests: SeenRequest[] = []
  const state: HubState = {
    models: new Map(),
    faults: options.faults ?? {},
    token: 'hf_double',
    hubUrl: '',
    cdnUrl: '',
    signed: new Map(),
  }
  const cdn = await listen(recorded('cdn', state, requests, cdnListener))
  const hub = await listen(recorded('hub', state, requests, answerHub))
  state.cdnUrl = addressOf(cdn.server)
  state.hubUrl = addressOf(hub.server)
  const add: Hub['add'] = (id, files, given) => {
    const entries = Object.entries(files).map(([path, file]) => [path, asFile(file)] as const)
    state.models.set(id, { ...modelDefaults, ...given, id, files: new Map(entries) })
  }
  for (const [id, files] of Object.entries(options.models ?? {})) add(id, files)
  return {
    url: state.hubUrl,
    cdnUrl: state.cdnUrl,
    token: state.token,
    env: { HF_ENDPOINT: state.hubUrl, RUNNEL_DOWNLOAD_HOSTS: new URL(state.cdnUrl).host },
    faults: state.faults,
    requests,
    add,
    replace: (id, path, file) => state.models.get(id)?.files.set(path, asFile(file)),
    served: (path) =>
      requests.filter((r) => r.path.endsWith(`/${path}`)).reduce((sum, r) => sum + r.sent, 0),
    stop: async () => {
      await Promise.all([hub.close(), cdn.close()])
    },
  }
}

const modelDefaults = {
  downloads: 100,
  likes: 10,
  lastModified: '2026-11-01T00:00:00.000Z',
  licence: 'mit',
  gated: false as const,
  revisions: ['main'],
}

/** Answers one request of either server; what it returns is waited for. */
export type Answer = (
  state: HubState,
  request: IncomingMessage,
  response: Parameters<RequestListener>[1],
  onBytes: (bytes: number) => void,
) => unknown

const cdnListener: Answer = async (state, request, response, onBytes) => {
  const url = new URL(request.url ?? '/', state.cdnUrl)
  const signed = state.signed.get(url.searchParams.get('Signature') ?? '')
  const file = signed?.model.files.get(signed.path)
  const limit = state.faults.expire
  const expired = signed && limit && signed.sent >= limit.afterBytes && acts(limit)
  if (!signed || !file || expired) {
    response.writeHead(403, { 'Content-Type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>')
    return
  }
  const count = (bytes: number) => {
    signed.sent += bytes
    onBytes(bytes)
  }
  const reply = { content: file.content, etag: `"${shaOf(file)}"`, faults: state.faults }
  await serveFile(request, response, { ...reply, onBytes: count })
}

function recorded(
  server: 'hub' | 'cdn',
  state: HubState,
  requests: SeenRequest[],
  answer: Answer,
): RequestListener {
  return (request, response) => {
    if (acts(state.faults.down)) {
      request.socket.destroy()
      return
    }
    const seen: SeenRequest = {
      server,
      method: request.method ?? '',
      path: new URL(request.url ?? '/', 'http://hub').pathname,
      range: request.headers.range ?? null,
      authorization: request.headers.authorization ?? null,
      status: 0,
      sent: 0,
    }
    requests.push(seen)
    const status = state.faults.status
    const fault = status && (status.at ?? 'cdn') === server ? acts(status) : null
    if (fault) response.writeHead(fault.code, retryAfter(fault.retryAfter)).end()
    else
      void answer(state, request, response, (bytes) => {
        seen.sent += bytes
      })
    response.on('close', () => {
      seen.status = response.statusCode
    })
  }
}

function retryAfter(given: { seconds: number; as: 'seconds' | 'date' } | undefined) {
  if (!given) return {}
  const date = new Date(Date.now() + given.seconds * 1000).toUTCString()
  return { 'Retry-After': given.as === 'date' ? date : String(given.seconds) }
}

async function listen(listener: RequestListener) {
  const server = createServer(listener)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      for (const socket of sockets) socket.destroy()
    })
  return { server, close }
}

function addressOf(server: Server): string {
  const address = server.address() as AddressInfo
  return `http://127.0.0.1:${address.port}`
}

function asFile(given: GivenFile): HubFile {
  return 'content' in given ? given : { content: given }
}
