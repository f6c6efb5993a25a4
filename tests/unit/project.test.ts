import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const read = (path: string) => readFileSync(path, 'utf8')

test('every dependency has its line in docs/dependencies.md, and no line is left of one that went', () => {
  const names = z.record(z.string(), z.string())
  const manifest = z
    .object({ dependencies: names, devDependencies: names })
    .parse(JSON.parse(read('package.json')))
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  const described = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)`/gm)].map(
    ([, name]) => name,
  )
  expect(described.toSorted()).toEqual(used.toSorted())
})

test('every variable that the configuration reads is in .env.example', () => {
  const declared = [...read('lib/platform/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
    ([, name]) => name,
  )
  const example = [...read('.env.example').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map(
    ([, name]) => name,
  )
  expect(declared.length).toBeGreaterThan(20)
  expect(example.toSorted()).toEqual(declared.toSorted())
})
