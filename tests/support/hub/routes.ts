import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  commitOf,
  describeFile,
  describeModel,
  describeTree,
  type HubModel,
  searchModels,
  shaOf,
} from './api'
import { acts } from './faults'
import type { Answer, HubState } from './hub'

/** Answers what the hub itself answers: search, models, trees, and the redirect to a file. */
export const answerHub: Answer = async (state, request, response) => {
  const url = new URL(request.url ?? '/', state.hubUrl)
  const path = decodeURIComponent(url.pathname)
  if (path === '/api/models')
    return json(response, searchModels(state.models.values(), url.searchParams))
  const api =
    /^\/api\/models\/([^/]+\/[^/]+)(?:\/(tree|paths-info|revision)\/([^/]+)(?:\/(.*))?)?$/.exec(
      path,
    )
  const file = /^\/([^/]+\/[^/]+)\/(?:resolve|raw)\/([^/]+)\/(.+)$/.exec(path)
  const model = state.models.get(api?.[1] ?? file?.[1] ?? '')
  const allowed = model && mayRead(state, request, response, model)
  if (!model) return missing(response, 401, 'RepoNotFound', 'Repository not found')
  if (!allowed) return undefined
  const revision = api?.[3] ?? file?.[2]
  if (revision && revision !== commitOf(model) && !model.revisions.includes(revision))
    return missing(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`)
  if (file) return redirect(state, request, response, model, file[3] ?? '')
  if (api?.[2] === 'tree') {
    const recursive = /^(true|1)$/i.test(url.searchParams.get('recursive') ?? '')
    return json(response, describeTree(model, api[4] ?? '', recursive))
  }
  if (api?.[2] === 'paths-info') return pathsInfo(request, response, model)
  return json(response, describeModel(model))
}

/** Whether the caller may read the model's files; otherwise the refusal has been sent. */
function mayRead(
  state: HubState,
  request: IncomingMessage,
  response: ServerResponse,
  model: HubModel,
): boolean {
  const knows = request.headers.authorization === `Bearer ${state.token}`
  if (state.faults.private && !knows && acts(state.faults.private)) {
    missing(response, 401, 'RepoNotFound', 'Invalid username or password.')
    return false
  }
  const wantsFile = !request.url?.startsWith('/api/')
  if (wantsFile && (acts(state.faults.gated) || (model.gated !== false && !knows))) {
    const status = knows ? 403 : 401
    missing(response, status, 'GatedRepo', `Access to model ${model.id} is restricted.`)
    return false
  }
  return true
}

function redirect(
  state: HubState,
  request: IncomingMessage,
  response: ServerResponse,
  model: HubModel,
  path: string,
): void {
  const file = model.files.get(path)
  if (!file) {
    missing(response, 404, 'EntryNotFound', 'Entry not found')
    return
  }
  const elsewhere = acts(state.faults.redirectTo)
  const signature = randomUUID()
  state.signed.set(signature, { model, path, sent: 0 })
  const signed = `${state.cdnUrl}/signed/${encodeURI(`${model.id}/${path}`)}?Expires=3600&Signature=${signature}`
  const location = acts(state.faults.redirectLoop) ? request.url : (elsewhere?.url ?? signed)
  response.writeHead(302, {
    Location: location ?? signed,
    'X-Repo-Commit': commitOf(model),
    'X-Linked-Size': file.content.size,
    'X-Linked-Etag': `"${shaOf(file)}"`,
    'Accept-Ranges': 'bytes',
  })
  response.end()
}

async function pathsInfo(
  request: IncomingMessage,
  response: ServerResponse,
  model: HubModel,
): Promise<void> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  const { paths } = JSON.parse(Buffer.concat(chunks).toString()) as { paths: string[] }
  const found = paths.flatMap((path) => {
    const file = model.files.get(path)
    return file ? [describeFile(path, file)] : []
  })
  json(response, found)
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

function missing(response: ServerResponse, status: number, code: string, message: string): void {
  const headers = {
    'Content-Type': 'application/json',
    'X-Error-Code': code,
    'X-Error-Message': message,
  }
  response.writeHead(status, headers).end(JSON.stringify({ error: message }))
}
