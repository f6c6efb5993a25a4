import { fromFileAddress, fromHubAddress, normalizePath, withoutRoot } from './hub-address'
import { wrongReference as wrong } from './reference-errors'

/** What a `model_ref` names. */
export type Reference =
  /** A model of the hub; without a quantization the best for this machine. */
  | { kind: 'model'; repo: string; quantization: string | null; revision: string | null }
  /** One file of a model of the hub. */
  | { kind: 'file'; repo: string; path: string; revision: string | null }
  /** A file on another server. */
  | { kind: 'url'; url: string }
  /** What ships with Runnel. */
  | { kind: 'builtin'; name: string }

const MAX_LENGTH = 1024
const OWNER_OR_NAME = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?$/
const QUANTIZATION = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/
const MAX_REVISION = 200
const SEGMENT = /^[\p{L}\p{N}_(][\p{L}\p{M}\p{N}_ .+=,()-]*$/u
/** In UTF-8: a file system takes 255, and the names of partial files are longer. */
const MAX_SEGMENT_BYTES = 200

/**
 * Parses a `model_ref`, as a person or a program writes it. `hf:` may be left out, and an
 * address of the hub means what it names.
 * @throws AppError 400 `invalid_model_ref`, saying what is wrong with it.
 */
export function parseReference(text: string): Reference {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) throw wrong('it is too long')
  const named = fromHubAddress(trimmed)
  if (named !== null) return parseHub(named)
  if (/^https?:/i.test(trimmed)) return parseUrl(trimmed)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1]?.toLowerCase()
  const rest = scheme ? trimmed.slice(scheme.length + 1) : trimmed
  if (scheme === 'builtin') {
    if (rest !== 'storyteller') throw wrong('only builtin:storyteller ships with Runnel')
    return { kind: 'builtin', name: rest }
  }
  if (scheme !== undefined && scheme !== 'hf') throw wrong(`${scheme}: is not known`)
  return parseHub(rest)
}

/** Writes a reference in its one canonical form: parsing it again gives the same. */
export function formatReference(reference: Reference): string {
  switch (reference.kind) {
    case 'model': {
      const label = reference.quantization ? `:${reference.quantization}` : ''
      return `hf:${reference.repo}${label}${at(reference.revision)}`
    }
    case 'file':
      return `hf:${reference.repo}/${reference.path}${at(reference.revision)}`
    case 'url':
      return reference.url
    case 'builtin':
      return `builtin:${reference.name}`
  }
}

/**
 * Whether a path that came from outside may become a path on disk: relative, without `..` or hidden names, and of
 * letters, in any script, and signs that every file system and address takes.
 */
export function isSafePath(path: string): boolean {
  return path.length <= 512 && path.split('/').every(isSafeSegment)
}

/** The same address, recognized as a file of the hub when it is one. */
export function asHubFile(url: URL, hubEndpoint: string): Reference | null {
  const named = fromFileAddress(url, hubEndpoint)
  return named === null ? null : parseHub(named)
}

function parseHub(text: string): Reference {
  // No name of a repository or file has an @, but a branch may.
  const at = text.indexOf('@')
  const main = at < 0 ? text : text.slice(0, at)
  const revision = at < 0 ? null : text.slice(at + 1)
  if (revision !== null && !isRevision(revision))
    throw wrong('what follows @ is not a branch, tag or commit')
  const [owner = '', nameAndLabel = '', ...path] = main.split('/')
  const [name = '', label = null, ...labels] = nameAndLabel.split(':')
  if (!isRepoPart(owner) || !isRepoPart(name))
    throw wrong(
      owner && name
        ? 'owner or repository has characters that no name has'
        : 'it has no owner/repo',
    )
  const repo = `${owner}/${name}`
  if (path.length > 0) {
    if (label !== null) throw wrong('a file and a quantization exclude each other')
    return { kind: 'file', repo, path: checkPath(path.join('/')), revision }
  }
  if (labels.length > 0 || (label !== null && !QUANTIZATION.test(label)))
    throw wrong('what follows : is not a quantization such as Q4_K_M')
  return { kind: 'model', repo, quantization: label && quantizationOf(label), revision }
}

/** A quantization as it is usually written: `FP16`, as some files say it, is `F16`. */
function quantizationOf(label: string): string {
  return label.toUpperCase().replace(/^FP/, 'F')
}

function parseUrl(text: string): Reference {
  if (!URL.canParse(text)) throw wrong('it is not a valid address')
  const url = new URL(text)
  if (url.username || url.password) throw wrong('an address must not hold a user name or password')
  url.hash = ''
  url.hostname = withoutRoot(url.hostname)
  url.pathname = normalizePath(url.pathname)
  if (!/\.gguf$/i.test(url.pathname)) throw wrong('the address must lead to a .gguf file')
  return { kind: 'url', url: url.href }
}

function checkPath(path: string): string {
  if (!isSafePath(path)) throw wrong(`${JSON.stringify(path)} is not a plain relative path`)
  if (!/\.gguf$/i.test(path)) throw wrong('the path must end in .gguf')
  return path
}

/**
 * Whether git takes it as the name of a branch or tag, such as `fix#1`; a commit is one too.
 * @see https://git-scm.com/docs/git-check-ref-format
 */
function isRevision(text: string): boolean {
  if (text === '' || text === '@' || text.length > MAX_REVISION) return false
  if (/[\p{Cc}\p{Zs} ~^:?*[\\]|\.\.|@\{|[/.]$/u.test(text)) return false
  return text.split('/').every((part) => /^[^.-]/.test(part) && !part.endsWith('.lock'))
}

function isRepoPart(text: string): boolean {
  return OWNER_OR_NAME.test(text) && !/\.\.|--/.test(text)
}

function isSafeSegment(segment: string): boolean {
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return false
  return SEGMENT.test(segment) && !segment.includes('..') && !/[ .]$/.test(segment)
}

function at(revision: string | null): string {
  return revision === null ? '' : `@${revision}`
}

/** One file of a job, as the hub described it. */
export type ResolvedFile = {
  /** Where to ask for it; a hub may redirect to a signed address that expires. */
  url: string
  /** Relative to the data directory: where it is installed. */
  path: string
  /** Bytes; null when the server does not say. */
  size: number | null
  /** Lower-case hex; null when nobody published one. */
  sha256: string | null
  etag: string | null
  role: 'weights' | 'projector'
}

/** What a reference stands for at the moment of asking. */
export type ResolvedDownload = {
  /** The same for every way of writing the same thing: one job for one target. */
  target: string
  /** The id in the catalog once it is installed. */
  modelId: string
  revision: string | null
  quantization: string | null
  licence: string | null
  files: readonly ResolvedFile[]
  /** Whether the token for the hub may be sent to `url`'s origin. */
  hub: boolean
}
