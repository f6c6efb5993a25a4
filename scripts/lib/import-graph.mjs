// Who imports whom: read from the sources as they are written, so that imports of types count too.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { root } from './steps.mjs'

const CALLED = /\bimport\(\s*['"]([^'"]+)['"]/g

/** Every import of one file of the project by another below `folders`: `{ from, to, line, ofType }`, paths from the root. */
export function importsBelow(folders) {
  return folders.flatMap(sourcesBelow).flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8')
    const { module, errors } = parseSync(from, text)
    if (errors.length > 0) throw new Error(`${from}: ${errors[0].message}`)
    return [...importsOf(module), ...calledIn(text)].flatMap(({ specifier, start, ofType }) => {
      const to = resolve(from, specifier)
      return to ? [{ from, to, ofType, line: text.slice(0, start).split('\n').length }] : []
    })
  })
}

function importsOf({ staticImports, staticExports }) {
  const reExports = staticExports.flatMap(({ entries }) =>
    entries
      .filter(({ moduleRequest }) => moduleRequest)
      .map((entry) => ({ ...entry, entries: [entry] })),
  )
  return [...staticImports, ...reExports].map(({ moduleRequest: { value, start }, entries }) => ({
    specifier: value,
    start,
    ofType: entries.length > 0 && entries.every(({ isType }) => isType),
  }))
}

/** `import('…')`, which is a call in a program and a type in a type. */
function calledIn(text) {
  return [...text.matchAll(CALLED)].map(({ 1: specifier, index: start }) => ({
    specifier,
    start,
    ofType: false,
  }))
}

function sourcesBelow(path) {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const full = `${path}/${entry.name}`
    if (entry.isDirectory()) return sourcesBelow(full)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [full] : []
  })
}

/** The file that a specifier names; null for a package, a style or an image. */
function resolve(from, specifier) {
  const path = specifier.startsWith('@/')
    ? specifier.slice(2)
    : specifier.startsWith('.') && posix.join(dirname(from), specifier)
  if (!path) return null
  const found = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find(
    (one) => /\.tsx?$/.test(one) && existsSync(join(root, one)),
  )
  if (!found && !/\.\w+$/.test(path))
    throw new Error(`${from} imports ${specifier}: there is none.`)
  return found ?? null
}

/** The circles of a graph of names, each as the names that reach one another (Tarjan's algorithm). */
export function circlesOf(edges) {
  const next = new Map()
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to))
  const seen = new Map()
  const stack = []
  const circles = []
  const visit = (node) => {
    const own = { low: seen.size, index: seen.size, onStack: true }
    seen.set(node, own)
    stack.push(node)
    for (const other of next.get(node) ?? []) {
      const known = seen.get(other) ?? visit(other)
      if (known.onStack) own.low = Math.min(own.low, known.low)
    }
    if (own.low === own.index) {
      const members = stack.splice(stack.indexOf(node))
      for (const member of members) seen.get(member).onStack = false
      if (members.length > 1) circles.push(members)
    }
    return own
  }
  for (const node of next.keys()) if (!seen.has(node)) visit(node)
  return circles
}
