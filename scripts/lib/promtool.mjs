// Prometheus's own checker for the test of /metrics: the system's, or the one of Debian's package, without installing that.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, tryStep } from './steps.mjs'

const OWN = join(root, 'node_modules/.cache/runnel/promtool')
const PLACES = [process.env.PROMTOOL_PATH, '/usr/bin/promtool', OWN]

const find = () => PLACES.find((path) => path && existsSync(path))

/** The path of a promtool; undefined where there is none, and then a parser of the tests has to do. */
export async function ensurePromtool() {
  if (find() || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return find()
  mkdirSync(OWN.replace(/\/promtool$/, ''), { recursive: true })
  await tryStep('Fetching promtool', 'sh', [
    '-ec',
    `folder=$(mktemp -d)
     trap 'rm -r "$folder"' EXIT
     cd "$folder"
     apt-get update -qq
     apt-get download -qq prometheus
     dpkg --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
     mv usr/bin/promtool '${OWN}'`,
  ])
  return find()
}
