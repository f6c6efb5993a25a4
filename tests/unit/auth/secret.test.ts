import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSecret } from '@/lib/auth/secret'
import { ConfigError } from '@/lib/platform/config'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runnel-secret-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('the secret is made once, readable by its owner only, and leaves no draft', () => {
  const made = loadSecret(dir, undefined)
  expect(made.length).toBeGreaterThan(40)
  expect(loadSecret(dir, undefined)).toBe(made)
  expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['secret'])
  expect(loadSecret(dir, 'given from outside')).toBe('given from outside')
})

test.each(['', '\n', ' \n\n'])(
  'an empty file (%j), as a power cut leaves it, is made anew',
  (text) => {
    writeFileSync(join(dir, 'secret'), text)
    const made = loadSecret(dir, undefined)
    expect(made.length).toBeGreaterThan(40)
    expect(readFileSync(join(dir, 'secret'), 'utf8')).toBe(`${made}\n`)
  },
)

test('a draft that was cut off is no secret', () => {
  writeFileSync(join(dir, 'secret.new'), 'abc')
  const made = loadSecret(dir, undefined)
  expect(made.length).toBeGreaterThan(40)
  expect(readdirSync(dir)).toEqual(['secret'])
})

test('one that is too short is refused with what to do, and left as it is', () => {
  writeFileSync(join(dir, 'secret'), 'hunter2\n')
  expect(() => loadSecret(dir, undefined)).toThrow(ConfigError)
  expect(() => loadSecret(dir, undefined)).toThrow(/7 characters.*delete the file/)
  expect(readFileSync(join(dir, 'secret'), 'utf8')).toBe('hunter2\n')
})

test('a folder in its place, or one that cannot be written, is told by its path', () => {
  mkdirSync(join(dir, 'secret'))
  expect(() => loadSecret(dir, undefined)).toThrow(ConfigError)
  expect(() => loadSecret(dir, undefined)).toThrow(/secret in .*secret can't be read \(EISDIR\)/)
  const gone = join(dir, 'gone')
  expect(() => loadSecret(gone, undefined)).toThrow(/can't be written \(ENOENT\)/)
})
