// Programs for the tests: the system's, or out of a Debian package that is unpacked here and installed nowhere.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, step } from './steps.mjs'

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']

/**
 * The path of a program.
 * @param {string} name what it is called, such as `nginx`
 * @param {{ from: string, at: string, libraries?: readonly string[] }} where the Debian package that has it, its path in
 *   there, and the packages that it needs besides: `librariesOf` says where they are then
 * @returns {Promise<string>}
 */
export async function ensureProgram(name, { from, at, libraries = [] }) {
  const places = FOLDERS.map((folder) => join(folder, name))
  return places.find((path) => existsSync(path)) ?? (await ensurePackage(from, at, libraries))
}

/**
 * The path of a file of a Debian package, which is unpacked here when it isn't yet.
 * @param {string} from the package
 * @param {string} at where the file is in there
 * @param {readonly string[]} libraries packages that it needs besides, which are unpacked with it
 * @returns {Promise<string>}
 */
export async function ensurePackage(from, at, libraries = []) {
  const unpacked = folderOf(from)
  const inPackage = join(unpacked, at)
  if (existsSync(inPackage)) return inPackage
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error(`The tests need ${from}: install it, so that it is found in PATH.`)
  mkdirSync(unpacked, { recursive: true })
  const download = `apt-get download -qq ${[from, ...libraries].join(' ')}`
  await step(`Fetching ${from}`, 'sh', [
    '-c',
    `cd '${unpacked}' && (${download} || (apt-get update -qq && ${download})) && for deb in *.deb; do dpkg -x "$deb" .; done`,
  ])
  return inPackage
}

/** Where the libraries of a package are that was unpacked here, for `LD_LIBRARY_PATH`; empty when the system has it. */
export function librariesOf(from) {
  // A few packages still keep theirs outside /usr.
  const folders = ['usr/lib', 'lib'].map((name) => join(folderOf(from), name)).filter(existsSync)
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('-linux-gnu'))
    .join(delimiter)
}

function folderOf(from) {
  return join(root, 'node_modules/.cache/debian', from)
}
