import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { fold } from '@/lib/engines/local/templates/folding'
import { toJson } from '@/lib/engines/local/templates/jinja/python-text'
import { JinjaTemplate, RenderError } from '@/lib/engines/local/templates/jinja/template'
import { Dict, str } from '@/lib/engines/local/templates/jinja/values'
import { SAMPLES } from '@/tests/support/templates/conversations'
import { type Answer, renderWithJinja2 } from '@/tests/support/templates/jinja2'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { writtenSamples } from '@/tests/support/templates/round-trip'

const NOW = Date.UTC(2026, 10, 30, 12)
const JSON_STYLE = {
  indent: null,
  itemSeparator: ', ',
  keySeparator: ': ',
  sortKeys: false,
  ensureAscii: false,
}
const templates = llamaTemplates()
const samples = Object.entries(SAMPLES)

/** What a template can't do in jinja2 with these variables, and does here as llama.cpp's server does. */
const BEYOND_JINJA2 =
  /append' of 'list' object is unsafe|pop' of 'list' object is unsafe|generator is not JSON serializable/

describe('the chat templates of 70 families', () => {
  it('are all there', () => {
    expect(templates.size).toBe(70)
  })

  it.each([...templates])('%s renders every conversation, with all that is in it', (_, source) => {
    const template = new ChatTemplate(source, { bos: '<s>', eos: '</s>' })
    for (const [sample, { messages, tools, words }] of samples) {
      const { value } = template.render({ messages, tools }, { now: NOW })
      for (const word of words) expect(value, sample).toContain(word)
    }
  })

  it('give the text that jinja2 gives, byte for byte', async () => {
    const cases = [...templates].flatMap(([name, source]) => {
      const template = new ChatTemplate(source, { bos: '<s>', eos: '</s>' })
      const jinja = new JinjaTemplate(source)
      return samples.map(([sample, { messages, tools }]) => {
        const folded = fold({ messages, tools }, template.capabilities)
        const variables = template.variables(folded, template.capabilities.shape, { now: NOW })
        return { name, sample, source, variables, ours: textOf(() => jinja.render(variables, NOW)) }
      })
    })
    const theirs = await renderWithJinja2(
      cases.map(({ source, variables }) => ({
        template: source,
        variables: toJson(
          new Dict([...variables].map(([name, value]) => [str(name), value])),
          JSON_STYLE,
        ).value,
      })),
      NOW,
    )
    const marks = cases.map(({ ours }, at) => markOf(ours, theirs[at]))
    console.log(table([...templates], marks))
    const wrong = cases.flatMap(({ name, sample, ours }, at) =>
      marks[at] === '≠' ? [{ name, sample, ours, theirs: theirs[at] }] : [],
    )
    expect(wrong).toEqual([])
  })
})

function textOf(render: () => { value: string }): Answer {
  try {
    return { text: render().value }
  } catch (error) {
    if (error instanceof RenderError) return { error: error.message }
    throw error
  }
}

/** `=` the same text, `+` a text where jinja2 has none, `-` neither has one, `≠` a fault. */
function markOf(ours: Answer, theirs: Answer | undefined): string {
  if (theirs?.text !== undefined) return ours.text === theirs.text ? '=' : '≠'
  if (ours.text === undefined) return '-'
  return BEYOND_JINJA2.test(theirs?.error ?? '') ? '+' : '≠'
}

/** How the answers of a family come back, by `writtenSamples`. */
const READ = ['one call', 'two calls', 'text before', 'thought before', 'all types', 'no arguments']

/** `✓` what is read as it was written, `✗` otherwise, `·` where the template writes no such answer. */
function readMarks(source: string): string[] {
  const written = writtenSamples(source)
  return READ.map((wanted) => {
    const found = written.find(({ sample }) => sample.startsWith(wanted))
    if (!found) return '·'
    return isDeepStrictEqual(found.read([3]), found.expected) ? '✓' : '✗'
  })
}

/** One line for each family, one column for each conversation, and one for each kind of answer. */
function table(families: readonly (readonly [string, string])[], marks: readonly string[]): string {
  const read = families.map(([, source]) => readMarks(source))
  const lines = families.map(([name], at) => {
    const rendered = marks.slice(at * samples.length, (at + 1) * samples.length)
    return `${[...rendered, ' ', ...(read[at] ?? [])].join(' ')}  ${name}`
  })
  const heads = [...samples.map(([sample]) => sample), '', ...READ]
  const count = (mark: string) => marks.filter((other) => other === mark).length
  const sums = READ.map((sample, at) => {
    const all = read.filter((row) => row[at] !== '·')
    return `${sample} ${all.filter((row) => row[at] === '✓').length} of ${all.length}`
  })
  return [
    'Rendered like jinja2 (=), only here (+), by folding only (-), differently (≠);',
    'read as it was written (✓), otherwise (✗), not written by the template (·):',
    ...heads.map((head, at) => `${'| '.repeat(at)}${head}`),
    ...lines,
    `= ${count('=')}  + ${count('+')}  - ${count('-')}  ≠ ${count('≠')};  ${sums.join(', ')}`,
  ].join('\n')
}
