// Holds the folders to their directions: who may import whom, no circle between folders, and the two trips that
// docs/architecture.md lists file by file.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { circlesOf, importsBelow } from './lib/import-graph.mjs'
import { root } from './lib/steps.mjs'

/** What is above may import what is below it, and its neighbours on one line. */
const LAYERS = [
  ['app', 'instrumentation.ts', 'proxy.ts'],
  ['lib/boot.ts', 'lib/welcome.ts'],
  ['lib/api'],
  ['lib/services.ts'],
  ['lib/protocols', 'lib/chat', 'lib/telemetry'],
  ['lib/engines', 'lib/downloads', 'lib/auth'],
  ['lib/hub'],
  ['lib/models'],
  ['lib/platform'],
  ['lib/sse'],
]

/** What the browser gets; from the server's side it may have pure files only. */
const BROWSER = ['components', 'lib/client']

/** Files that a token crosses from the sampler to the socket, or a byte from the socket to the catalog, at most. */
const LONGEST_TRIP = 20

const imports = importsBelow(['lib', 'components', 'app'])
const faults = new Map()
for (const one of imports) {
  const why = faultOf(one)
  if (why)
    report(
      `${roomOf(one.from)} -> ${roomOf(one.to)}`,
      `${one.from}:${one.line} imports ${one.to}: ${why}.`,
    )
}
for (const [circle, edges] of circlesBetweenSiblings()) report(`circle ${circle}`, edges)

for (const [trip, why] of faultsOfTrips()) report(`trip ${trip}`, why)

for (const texts of faults.values()) for (const text of texts) console.error(text)
if (faults.size > 0) process.exit(1)
console.log(`${imports.length} imports follow the directions.`)

function report(name, text) {
  faults.set(name, [...(faults.get(name) ?? []), text])
}

/** What is wrong with the trips of a token and of a byte as they are told. */
function* faultsOfTrips() {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  for (const trip of ['token', 'byte']) {
    const chapter = text.split(`## The trip of a ${trip}\n`)[1]?.split('\n## ')[0] ?? ''
    const files = [...chapter.matchAll(/^\d+\. `(.+?)`/gm)].map(([, file]) => file)
    if (files.length === 0)
      yield [trip, `docs/architecture.md does not tell the trip of a ${trip}.`]
    if (files.length > LONGEST_TRIP)
      yield [trip, `A ${trip} crosses ${files.length} files; ${LONGEST_TRIP} are enough.`]
    for (const file of files)
      if (!existsSync(join(root, file))) yield [trip, `docs/architecture.md: ${file} is not there.`]
  }
}

/** Why a file may not import another; null when it may. */
function faultOf({ from, to, ofType }) {
  if (isIn(from, BROWSER) && !isIn(to, BROWSER))
    return isShared(to)
      ? null
      : 'the browser gets schemas.ts, constants.ts and definitions of endpoints only'
  if (isIn(from, ['lib/client']) && isIn(to, ['components']))
    return 'components are above lib/client'
  if (isIn(from, ['lib/api/endpoints']) && !isIn(to, ['lib/api/endpoints']) && !isPure(to))
    return 'a definition of an endpoint has schemas and constants only'
  if (isPure(from) && !isPure(to) && !ofType)
    return 'what the browser may have imports nothing else'
  if (isIn(to, BROWSER)) return isIn(from, ['app', ...BROWSER]) ? null : 'components are above lib'
  return layerOf(from) > layerOf(to) ? 'what is below imports nothing of what is above' : null
}

/** Whether a file holds schemas, types and constants, and nothing that runs. */
function isPure(path) {
  return /\/(?:[\w-]*schemas|constants)\.ts$|\/schemas\//.test(path)
}

function isShared(path) {
  return isPure(path) || isIn(path, ['lib/api/endpoints'])
}

function isIn(path, folders) {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
}

function layerOf(path) {
  const layer = LAYERS.findIndex((folders) => isIn(path, folders))
  if (layer === -1) throw new Error(`${path} is in no layer: name its folder in LAYERS.`)
  return layer
}

/** `lib/downloads` of `lib/downloads/jobs/job.ts`, `app` of `app/page.tsx`. */
function roomOf(path) {
  return path
    .split('/')
    .slice(0, path.startsWith('lib/') ? 2 : 1)
    .join('/')
}

/**
 * The circles between folders that stand beside one another, with all that they contain. The files of a folder itself
 * are no part of them: some put its subfolders together, others are what those share.
 */
function* circlesBetweenSiblings() {
  const siblings = new Map()
  for (const { from, to, line } of imports) {
    const [a, b] = [from.split('/'), to.split('/')]
    const common = a.findIndex((part, index) => part !== b[index])
    const isFile = a.length === common + 1 || b.length === common + 1
    if (isFile) continue
    const [left, right] = [a, b].map((parts) => parts.slice(0, common + 1).join('/'))
    siblings.set(`${left} ${right}`, [
      ...(siblings.get(`${left} ${right}`) ?? []),
      `${from}:${line} imports ${to}`,
    ])
  }
  for (const circle of circlesOf([...siblings.keys()].map((pair) => pair.split(' ')))) {
    const edges = [...siblings].filter(([pair]) =>
      pair.split(' ').every((one) => circle.includes(one)),
    )
    const lines = edges.flatMap(([, texts]) => texts).join('\n  ')
    yield [
      circle.toSorted().join(' '),
      `${circle.toSorted().join(', ')} import one another:\n  ${lines}`,
    ]
  }
}
