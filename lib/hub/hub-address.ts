import { wrongReference } from './reference-errors'

/** Where people copy addresses from. A link to the hub names a model, whichever mirror HF_ENDPOINT then asks for it. */
const HUB_HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co']

const REVISION = '(refs/[^/]+/[^/]+|[^/]+)'
const FILE = new RegExp(`^([^/]+/[^/]+)/(?:resolve|blob|raw)/${REVISION}/(.+)$`)
const PAGE = new RegExp(`^([^/]+/[^/]+)(?:/(?:tree|commits?)/${REVISION})?/?$`)

/**
 * What an address of the hub names, as a reference without `hf:`; null for any other text. The address may be of a model's
 * page or of a file, and lack its `https://`.
 * @throws AppError 400 `invalid_model_ref` for a page of the hub that is no model's.
 */
export function fromHubAddress(text: string): string | null {
  const address = /^https?:/i.test(text) ? text : `https://${text}`
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (!HUB_HOSTS.includes(withoutRoot(url.hostname)) || url.username || url.password) return null
  const named = namedByPath(url.pathname.slice(1)) ?? namedByPage(url)
  if (named) return named
  throw wrongReference('this address of the hub leads to no model and no file')
}

/** The file that an address of this hub leads to, as a reference without `hf:`; null for any other address. */
export function fromFileAddress(url: URL, hubEndpoint: string): string | null {
  const hub = new URL(hubEndpoint)
  if (url.origin !== hub.origin) return null
  return namedByPath(url.pathname.slice(hub.pathname.replace(/\/$/, '').length + 1))
}

/** A host without the dot at its end, which stands for the root of all names and leads to the same host. */
export function withoutRoot(hostname: string): string {
  return hostname.replace(/\.$/, '')
}

/** The path of an address as it was before it was percent-encoded. @throws AppError 400 `invalid_model_ref`. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    if (cause instanceof URIError) throw wrongReference('the address has a broken % in its path')
    throw cause
  }
}

/**
 * The path of an address in its one form: what need not be percent-encoded is not, and the rest is so in capitals.
 * `/s/a.gguf` and `/%73/a.gguf` are the same address.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
export function normalizePath(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : code.toUpperCase()
  })
}

function namedByPath(path: string): string | null {
  // Taken apart before it is decoded: a branch may have a slash in its name, which the hub writes as %2F.
  const [, repo, revision, file] = FILE.exec(path) ?? []
  return repo && revision && file ? named(`${repo}/${file}`, revision) : null
}

function namedByPage(url: URL): string | null {
  const [, repo, revision = 'main'] = PAGE.exec(url.pathname.slice(1)) ?? []
  if (!repo) return null
  // The page of a model that shows the header of one file.
  const file = url.searchParams.get('show_file_info')
  return named(file ? `${repo}/${encodeURIComponent(file)}` : repo, revision)
}

/** The newest revision needs no name. */
function named(path: string, revision: string): string {
  const decoded = decodePath(revision)
  return decodePath(path) + (decoded === 'main' ? '' : `@${decoded}`)
}
