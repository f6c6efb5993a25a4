import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asHubFile,
  formatReference,
  isSafePath,
  parseReference,
  type Reference,
} from '@/lib/hub/reference'

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._]{0,20}[A-Za-z0-9]$/).filter(plain)
const repo = fc.tuple(name, name).map((parts) => parts.join('/'))
const revision = fc.option(
  fc.constantFrom('main', 'v1.0', 'refs/pr/12', 'a'.repeat(40), 'fix#1', 'me@home/+x', 'ü%'),
)
const folder = fc.stringMatching(/^[A-Za-z0-9][\w +=,()-]{0,20}[A-Za-z0-9]$/)
const path = fc
  .tuple(fc.array(folder, { maxLength: 3 }), folder)
  .map(([folders, file]) => [...folders, `${file}.gguf`].join('/'))

const reference: fc.Arbitrary<Reference> = fc.oneof(
  fc.record({
    kind: fc.constant('model' as const),
    repo,
    quantization: fc.option(fc.constantFrom('Q4_K_M', 'Q8_0', 'IQ2_XXS', 'F16', 'UD-Q4_K_XL')),
    revision,
  }),
  fc.record({ kind: fc.constant('file' as const), repo, path, revision }),
  fc.webUrl().map((url) => ({
    kind: 'url' as const,
    url: new URL('model.gguf', `${url.replace(/[?#].*$/, '')}/`).href,
  })),
  fc.constant({ kind: 'builtin' as const, name: 'storyteller' }),
)

function plain(text: string): boolean {
  return !text.includes('..')
}

describe('a model reference', () => {
  it('is read as it was written, for every form', () => {
    fc.assert(
      fc.property(reference, (given) => {
        expect(parseReference(formatReference(given))).toEqual(given)
      }),
    )
  })

  it('is either refused with a reason or safe to make a path of, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `hf:a/b/${text}.gguf`),
        ),
        (text) => {
          try {
            const parsed = parseReference(text)
            if (parsed.kind === 'file') expect(isSafePath(parsed.path)).toBe(true)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_model_ref', status: 400 })
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['hf:acme/tiny', { kind: 'model', repo: 'acme/tiny', quantization: null, revision: null }],
    ['acme/tiny', { kind: 'model', repo: 'acme/tiny', quantization: null, revision: null }],
    ['HF:acme/tiny:q4_k_m@v2', { repo: 'acme/tiny', quantization: 'Q4_K_M', revision: 'v2' }],
    ['hf:acme/tiny/sub/x.gguf@refs/pr/1', { path: 'sub/x.gguf', revision: 'refs/pr/1' }],
    ['hf:acme/tiny:fp16', { repo: 'acme/tiny', quantization: 'F16' }],
    [' builtin:storyteller ', { kind: 'builtin', name: 'storyteller' }],
    ['hf:acme/tiny@fix#1', { repo: 'acme/tiny', revision: 'fix#1' }],
    ['hf:acme/tiny:Q8_0@me@home', { repo: 'acme/tiny', revision: 'me@home' }],
    ['https://example.com/a.gguf#part', { kind: 'url', url: 'https://example.com/a.gguf' }],
    ['https://example.com/%73/a%2egguf', { kind: 'url', url: 'https://example.com/s/a.gguf' }],
    ['http://example.com.:80/a.gguf', { kind: 'url', url: 'http://example.com/a.gguf' }],
    ['https://huggingface.co./acme/tiny', { kind: 'model', repo: 'acme/tiny' }],
    ['https://EXAMPLE.com:443/a%2bb.gguf', { kind: 'url', url: 'https://example.com/a%2Bb.gguf' }],
  ])('%s is understood', (text, expected) => {
    expect(parseReference(text)).toMatchObject(expected)
  })

  it.each([
    ['', 'it has no owner/repo'],
    ['tiny', 'it has no owner/repo'],
    ['hf:acme/', 'it has no owner/repo'],
    ['hf:ac me/tiny', 'characters'],
    ['hf:acme/tiny/../../etc/x.gguf', 'not a plain relative path'],
    ['hf:acme/tiny//etc/x.gguf', 'not a plain relative path'],
    ['hf:acme/tiny/.hidden.gguf', 'not a plain relative path'],
    ['hf:acme/tiny/a\\b.gguf', 'not a plain relative path'],
    ['hf:acme/tiny/weights.bin', 'must end in .gguf'],
    ['hf:acme/tiny:Q8_0/x.gguf', 'exclude each other'],
    ['hf:acme/tiny:Q8 0', 'not a quantization'],
    ['hf:acme/tiny@..', 'not a branch, tag or commit'],
    ['hf:acme/tiny@', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a b', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a:b', 'not a branch, tag or commit'],
    ['hf:acme/tiny@/a', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a/.b', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a.lock', 'not a branch, tag or commit'],
    ['hf:acme/tiny@-a', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a@{1}', 'not a branch, tag or commit'],
    ['hf:acme/tiny@a\u0000', 'not a branch, tag or commit'],
    ['builtin:other', 'only builtin:storyteller'],
    ['s3:acme/tiny', 's3: is not known'],
    ['https://example.com/page.html', '.gguf file'],
    ['https://me:secret@example.com/a.gguf', 'user name or password'],
  ])('%s is refused with its reason', (text, reason) => {
    expect(() => parseReference(text)).toThrow(reason)
  })
})

describe('an address of the hub', () => {
  it.each([
    ['https://hub.test/acme/tiny/resolve/main/x.gguf?download=true', 'hf:acme/tiny/x.gguf'],
    ['https://hub.test/acme/tiny/blob/refs%2Fpr%2F1/a/x.gguf', 'hf:acme/tiny/a/x.gguf@refs/pr/1'],
    ['https://hub.test/acme/tiny/resolve/refs/pr/1/x.gguf', 'hf:acme/tiny/x.gguf@refs/pr/1'],
    ['https://hub.test/acme/tiny/blob/fix%2Fit/a%20b/x.gguf', 'hf:acme/tiny/a b/x.gguf@fix/it'],
  ])('%s is the file %s', (url, expected) => {
    const found = asHubFile(new URL(url), 'https://hub.test')
    expect(found && formatReference(found)).toBe(expected)
  })

  it.each([
    ['https://huggingface.co/acme/tiny', 'hf:acme/tiny'],
    ['https://huggingface.co/acme/tiny/', 'hf:acme/tiny'],
    ['http://www.huggingface.co/acme/tiny?library=gguf#usage', 'hf:acme/tiny'],
    ['huggingface.co/acme/tiny/tree/main', 'hf:acme/tiny'],
    ['https://huggingface.co/acme/tiny/tree/v1/', 'hf:acme/tiny@v1'],
    ['https://huggingface.co/acme/tiny/tree/refs%2Fpr%2F1', 'hf:acme/tiny@refs/pr/1'],
    ['https://huggingface.co/acme/tiny/tree/fix%231', 'hf:acme/tiny@fix#1'],
    ['https://huggingface.co/acme/tiny/commit/0123456789ab', 'hf:acme/tiny@0123456789ab'],
    ['hf.co/acme/tiny', 'hf:acme/tiny'],
    ['HF.co/acme/tiny:q8_0', 'hf:acme/tiny:Q8_0'],
    ['https://huggingface.co/acme/tiny?show_file_info=a+b%2Fx.gguf', 'hf:acme/tiny/a b/x.gguf'],
    ['https://hf.co/acme/tiny/resolve/main/x.gguf?download=true', 'hf:acme/tiny/x.gguf'],
    ['https://huggingface.co/acme/tiny/blob/v1/a%20b/x.gguf', 'hf:acme/tiny/a b/x.gguf@v1'],
  ])('is what the page %s of the hub is about', (address, expected) => {
    expect(formatReference(parseReference(address))).toBe(expected)
  })

  it.each([
    'https://huggingface.co/',
    'https://huggingface.co/acme',
    'https://huggingface.co/datasets/acme/texts',
    'https://huggingface.co/acme/tiny/tree/main/Q8_0',
    'https://huggingface.co/acme/tiny/resolve/main/readme.md',
    'https://huggingface.co/acme/tiny/tree/%E0',
  ])('is refused when the page %s of the hub is about no model', (address) => {
    expect(() => parseReference(address)).toThrow('This model reference can not be used')
  })

  it('is not seen in an address elsewhere', () => {
    const url = new URL('https://other.test/acme/tiny/resolve/main/x.gguf')
    expect(asHubFile(url, 'https://hub.test')).toBeNull()
  })
})
