// Makes `.next/standalone` whole: Next leaves out what a browser loads, and does not know of the worker process.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './steps.mjs'

const target = join(root, '.next/standalone')
const OWN = new Set(['.next', 'node_modules', 'package.json', 'server.js'])
const RECURSIVE = { recursive: true, force: true }

/**
 * After it, the folder runs on its own wherever it is copied to: `node server.js`.
 * @param {string[]} packages what the worker needs besides its own file, which Next can't tell
 */
export function completeStandalone(packages) {
  // What Next traces includes sources and whatever else lies beside them, such as `.env`.
  for (const name of readdirSync(target)) if (!OWN.has(name)) rmSync(join(target, name), RECURSIVE)
  rmSync(join(target, 'node_modules/@img'), RECURSIVE)
  for (const path of ['.next/static', 'public', 'dist', 'models']) copy(path)
  const found = new Set()
  for (const name of packages) packagesOf(name, root, found)
  for (const path of found) copy(relative(root, path))
}

function copy(path) {
  const from = join(root, path)
  if (existsSync(from)) cpSync(from, join(target, path), { ...RECURSIVE, filter: isNeeded })
}

/** llama.cpp's own sources are there for building it, which an installed Runnel never does. */
function isNeeded(path) {
  const [, inside] = path.split(/node_modules[\\/]node-llama-cpp[\\/]llama[\\/]/)
  return inside === undefined || inside.endsWith('.json')
}

/** Collects the folders of a package and of everything that it needs at run time on this machine. */
function packagesOf(name, from, found) {
  const path = findPackage(name, from)
  if (!path || found.has(path)) return
  const { dependencies, optionalDependencies } = readPackage(path)
  found.add(path)
  for (const needed of Object.keys(dependencies ?? {})) packagesOf(needed, path, found)
  for (const wanted of Object.keys(optionalDependencies ?? {}))
    if (fitsThisMachine(wanted, path)) packagesOf(wanted, path, found)
}

/** Where Node would find a package that is asked for from `from`; undefined when it is not installed. */
function findPackage(name, from) {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'node_modules', name)
    if (existsSync(join(path, 'package.json'))) return path
    if (directory === dirname(directory)) return undefined
  }
}

/** Binaries for other machines, and those for graphics cards, which are larger than all the rest together, stay out. */
function fitsThisMachine(name, from) {
  const path = findPackage(name, from)
  if (!path || /-(cuda|vulkan)/.test(name)) return false
  const { os, cpu } = readPackage(path)
  // Packages for ARM say that they run on x64 as well, for whoever emulates it; their names are exact.
  return (os?.includes(process.platform) ?? true) && (!cpu || name.includes(process.arch))
}

function readPackage(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
}
