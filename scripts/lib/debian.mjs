// Programs for the tests: the system's, or out of a Debian package that is unpacked here and installed nowhere.
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, step } from './steps.mjs'

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']

/**
 * The path of a program.
 * @param {string} name what it is called, such as `nginx`
 * @param {{ from: string, at: string }} where the Debian package that has it, and its path in there
 * @returns {Promise<string>}
 */
export async function ensureProgram(name, { from, at }) {
  const places = FOLDERS.map((folder) => join(folder, name))
  return places.find((path) => existsSync(path)) ?? (await ensurePackage(from, at))
}

/**
 * The path of a file of a Debian package, which is unpacked here when it isn't yet.
 * @param {string} from the package
 * @param {string} at where the file is in there
 * @returns {Promise<string>}
 */
export async function ensurePackage(from, at) {
  const unpacked = join(root, 'node_modules/.cache/debian', from)
  const inPackage = join(unpacked, at)
  if (existsSync(inPackage)) return inPackage
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error(`The tests need ${from}: install it, so that it is found in PATH.`)
  mkdirSync(unpacked, { recursive: true })
  const download = `apt-get download -qq ${from}`
  await step(`Fetching ${from}`, 'sh', [
    '-c',
    `cd '${unpacked}' && (${download} || (apt-get update -qq && ${download})) && dpkg -x ${from}_*.deb .`,
  ])
  return inPackage
}
