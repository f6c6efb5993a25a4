import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFinal, TRANSITIONS } from '@/lib/downloads/jobs/job'
import { downloadStatus } from '@/lib/downloads/schemas'
import { recordOf, sampleJob } from './sample-job'

const status = fc.constantFrom(...downloadStatus.options)
const problem = { code: 'gone', message: 'It is gone.', hint: null }

test('goes only where the table lets it, and otherwise stays what it was', () => {
  fc.assert(
    fc.property(status, fc.array(status, { maxLength: 30 }), (first, wanted) => {
      const job = sampleJob({ status: first, problem: first === 'failed' ? problem : null })
      for (const next of wanted) {
        const before = recordOf(job)
        const allowed = TRANSITIONS[job.status].includes(next)
        const go = () => (next === 'failed' ? job.fail(problem) : job.enter(next))
        if (allowed) go()
        else expect(go).toThrow(`A download that is ${before.status} can not become ${next}.`)
        if (!allowed) expect(recordOf(job)).toEqual(before)
        expect(job.status).toBe(allowed ? next : before.status)
        expect(job.problem).toEqual(job.status === 'failed' ? problem : null)
        if (allowed) expect(job.finishedAt === null).toBe(!isFinal(next))
      }
    }),
  )
})

test('can always end, and what is over stays so unless it is tried again', () => {
  const reaches = (from: (typeof downloadStatus.options)[number]) => {
    const seen = new Set([from])
    for (const each of seen) for (const next of TRANSITIONS[each]) seen.add(next)
    return seen
  }
  for (const from of downloadStatus.options) {
    const seen = reaches(from)
    expect([...seen].some(isFinal), from).toBe(true)
    if (!isFinal(from)) expect([...seen], from).toEqual(expect.arrayContaining(['complete']))
  }
  expect(reaches('complete')).toEqual(new Set(['complete']))
  expect(reaches('cancelled')).toEqual(new Set(['cancelled']))
  expect(TRANSITIONS.failed).toEqual(['queued'])
})
