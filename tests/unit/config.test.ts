import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, parseConfig } from '@/lib/config'

test('an empty environment gives the documented defaults', () => {
  const config = parseConfig({})
  expect(config).toMatchObject({
    port: 3000,
    hostname: '127.0.0.1',
    dataDir: join(process.cwd(), 'data'),
  })
  expect(config.hub.endpoint).toBe('https://huggingface.co')
  expect(config.inference.keepAliveMs).toBe(300_000)
})

test('an empty variable counts as not set', () => {
  expect(parseConfig({ PORT: '', RUNNEL_DATA_DIR: '' }).port).toBe(3000)
})

test("the machine's own name in HOSTNAME is not an address to listen on", () => {
  expect(parseConfig({ HOSTNAME: hostname() }).hostname).toBe('127.0.0.1')
  expect(parseConfig({ HOSTNAME: '0.0.0.0' }).hostname).toBe('0.0.0.0')
})

test.each([
  ['10M', 10 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['2048', 2048],
  ['512KB', 512 * 1024],
])('the size %s is %d bytes', (text, bytes) => {
  expect(parseConfig({ RUNNEL_DOWNLOAD_RATE: text }).downloads.bytesPerSecond).toBe(bytes)
})

test.each([
  ['500ms', 500],
  ['30', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['-1', -1000],
])('the duration %s is %d ms', (text, ms) => {
  expect(parseConfig({ RUNNEL_KEEP_ALIVE: text }).inference.keepAliveMs).toBe(ms)
})

test('every wrong variable is named, with what it must be and what it is', () => {
  const wrong = { PORT: '70000', RUNNEL_DOWNLOAD_RATE: 'fast', HF_ENDPOINT: 'ftp://x' }
  expect(() => parseConfig(wrong)).toThrow(ConfigError)
  expect(() => parseConfig(wrong)).toThrow(/PORT must be at most 65535; it is "70000"\./)
  expect(() => parseConfig(wrong)).toThrow(/RUNNEL_DOWNLOAD_RATE must be a size/)
  expect(() => parseConfig(wrong)).toThrow(/HF_ENDPOINT must be an http or https address/)
})
