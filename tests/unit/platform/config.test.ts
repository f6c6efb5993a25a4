import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, parseConfig } from '@/lib/platform/config'

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

test.each([
  [
    { RUNNEL_SUBSCRIBER_MAX_AGE: '-5s' },
    'RUNNEL_SUBSCRIBER_MAX_AGE must be longer than 0; it is "-5s".',
  ],
  [{ RUNNEL_STALL_TIMEOUT: '0' }, 'RUNNEL_STALL_TIMEOUT must be longer than 0; it is "0".'],
  [{ RUNNEL_DOWNLOAD_RATE: '0' }, 'RUNNEL_DOWNLOAD_RATE must be more than 0; it is "0".'],
  [{ RUNNEL_MEMORY: '0G' }, 'RUNNEL_MEMORY must be more than 0; it is "0G".'],
  [
    { RUNNEL_ALLOWED_HOSTS: 'https://runnel.lan,*.example.org' },
    'RUNNEL_ALLOWED_HOSTS must be names such as runnel.lan or .example.org, nothing around them; it is "https://runnel.lan,*.example.org".',
  ],
  [
    { RUNNEL_DOWNLOAD_HOSTS: 'https://files.example.org, .example.org' },
    'RUNNEL_DOWNLOAD_HOSTS must be hosts such as files.example.org, files.example.org:8443 or *.example.org, nothing around them; it is "https://files.example.org, .example.org".',
  ],
  [
    { NEXTAUTH_URL: 'https://example.org/runnel' },
    'NEXTAUTH_URL must be an address without a path, such as https://runnel.example.org; it is "https://example.org/runnel".',
  ],
  [{ NEXTAUTH_URL: 'nowhere' }, 'NEXTAUTH_URL must be an http or https address; it is "nowhere".'],
  [
    { RUNNEL_CORS_ORIGINS: '*' },
    'RUNNEL_CORS_ORIGINS must be origins such as https://app.example.org, without a path; it is "*".',
  ],
  [
    { RUNNEL_LOG_LEVEL: 'loud' },
    'RUNNEL_LOG_LEVEL must be debug, info, warn, error or silent; it is "loud".',
  ],
])('what would have no sense is refused in one sentence: %j', (wrong, sentence) => {
  expect(() => parseConfig(wrong)).toThrow(new ConfigError(sentence))
})

test('the names of hosts may have a port, or a dot before them, or be addresses', () => {
  const names = ['runnel.lan', '.example.org', 'runnel.lan:8080', '10.0.0.1', '[::1]:3000']
  expect(parseConfig({ RUNNEL_ALLOWED_HOSTS: names.join(', ') }).browser.hosts).toEqual(names)
})

test('the address that people use is kept as it is written before a path', () => {
  const urls = [
    'https://runnel.example.org',
    'https://runnel.example.org/',
    'HTTPS://Runnel.example.org',
  ]
  for (const NEXTAUTH_URL of urls)
    expect(parseConfig({ NEXTAUTH_URL }).auth.url).toBe('https://runnel.example.org')
})

test('hosts to download from may have a port, or stand for all below a name, or be addresses', () => {
  const names = ['files.example.org', 'files.lan:8443', '*.example.org', '10.0.0.1', '[::1]:3000']
  expect(parseConfig({ RUNNEL_DOWNLOAD_HOSTS: names.join(', ') }).downloads.hosts).toEqual(names)
})

test('every wrong variable is named, with what it must be and what it is', () => {
  const wrong = { PORT: '70000', RUNNEL_DOWNLOAD_RATE: 'fast', HF_ENDPOINT: 'ftp://x' }
  expect(() => parseConfig(wrong)).toThrow(ConfigError)
  expect(() => parseConfig(wrong)).toThrow(/PORT must be at most 65535; it is "70000"\./)
  expect(() => parseConfig(wrong)).toThrow(/RUNNEL_DOWNLOAD_RATE must be a size/)
  expect(() => parseConfig(wrong)).toThrow(/HF_ENDPOINT must be an http or https address/)
})
