import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensurePackage, ensureProgram } from '@/scripts/lib/debian.mjs'

/** A template and its variables as JSON, for the reference. */
export type Question = { template: string; variables: string }
export type Answer = { text: string; error?: undefined } | { text?: undefined; error: string }

/**
 * What jinja2 makes of templates. Debian's package of it, and Python where there is none.
 * @param now milliseconds since 1970
 */
export async function renderWithJinja2(
  questions: readonly Question[],
  now: number,
): Promise<readonly Answer[]> {
  const python = await ensureProgram('python3', {
    from: 'python3.11-minimal',
    at: 'usr/bin/python3.11',
  })
  const isUnpacked = python.endsWith('3.11')
  const modules = await Promise.all([
    ensurePackage('python3-jinja2', 'usr/lib/python3/dist-packages/jinja2/__init__.py'),
    ensurePackage('python3-markupsafe', 'usr/lib/python3/dist-packages/markupsafe/__init__.py'),
  ])
  const library = isUnpacked
    ? await Promise.all(
        ['libpython3.11-minimal', 'libpython3.11-stdlib'].map(async (name) =>
          dirname(
            await ensurePackage(
              name,
              `usr/lib/python3.11/${name.endsWith('minimal') ? 'os' : 'json'}`,
            ),
          ),
        ),
      )
    : []
  const lines = questions.map(
    ({ template, variables }) =>
      `{"template": ${JSON.stringify(template)}, "now": ${now}, "variables": ${variables}}`,
  )
  const { stdout, stderr, status } = spawnSync(
    python,
    [fileURLToPath(new URL('reference.py', import.meta.url))],
    {
      input: lines.join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: {
        ...process.env,
        PYTHONIOENCODING: 'utf-8',
        PYTHONPATH: [...modules.map((file) => dirname(dirname(file))), ...library].join(delimiter),
      },
    },
  )
  if (status !== 0) throw new Error(`jinja2 ended with ${status}: ${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Answer => JSON.parse(line))
}
