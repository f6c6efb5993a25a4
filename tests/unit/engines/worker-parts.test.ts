import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputItem } from '@/lib/engines/local/protocol'
import { cutMiddle, dropOldest } from '@/lib/engines/local/worker/context-policy'
import { chooseToken, randomNumbers } from '@/lib/engines/local/worker/logprobs'
import { Outbox } from '@/lib/engines/local/worker/outbox'
import { PrefillPace } from '@/lib/engines/local/worker/prefill'
import { chooseSlot, commonPrefix } from '@/lib/engines/local/worker/slot'
import type { ChatMessage } from '@/lib/engines/types'

const tokens = fc.array(fc.nat(2), { maxLength: 6 })
const slots = fc.array(
  fc.record({ busy: fc.boolean(), tokens, group: fc.nat(2), lastUsed: fc.nat(5) }),
  { minLength: 1, maxLength: 6 },
)

describe('chooseSlot', () => {
  it('takes an idle one with the longest common prefix', () => {
    fc.assert(
      fc.property(slots, tokens, (all, prompt) => {
        const choice = chooseSlot(all, prompt)
        const idle = all.filter((slot) => !slot.busy)
        if (!choice) {
          expect(idle).toEqual([])
          return
        }
        expect(idle).toContain(choice.slot)
        const longest = Math.max(...idle.map((slot) => commonPrefix(slot.tokens, prompt)))
        expect(choice.prefix).toBe(longest)
        expect(prompt.slice(0, choice.prefix)).toEqual(choice.slot.tokens.slice(0, choice.prefix))
      }),
    )
  })

  it('spreads over contexts when nothing can be reused', () => {
    const all = [
      { busy: true, tokens: [], group: 0, lastUsed: 1 },
      { busy: false, tokens: [], group: 0, lastUsed: 0 },
      { busy: false, tokens: [], group: 1, lastUsed: 0 },
    ]
    expect(chooseSlot(all, [1, 2])?.slot).toBe(all[2])
  })
})

describe('PrefillPace', () => {
  it('gets smaller for a slow model and larger for a fast one, within its bounds', () => {
    const slow = new PrefillPace()
    const fast = new PrefillPace()
    for (let i = 0; i < 20; i++) {
      slow.record(slow.next(1), 1000, 1)
      fast.record(fast.next(1), 1, 1)
    }
    expect(slow.next(1)).toBe(8)
    expect(fast.next(1)).toBe(512)
    expect(fast.next(4)).toBeLessThanOrEqual(512)
  })
})

describe('context policies', () => {
  it('cuts the middle out', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 50 }), (all, limit) => {
        const { tokens: kept, truncatedTokens } = cutMiddle(all, limit)
        expect(kept.length).toBe(Math.min(all.length, limit))
        expect(kept.length + truncatedTokens).toBe(all.length)
        expect(kept.at(-1)).toBe(all.at(-1))
      }),
    )
  })

  const message = (role: 'system' | 'user' | 'assistant', size: number): ChatMessage => ({
    role,
    content: 'x'.repeat(size),
  })
  const render = (messages: readonly ChatMessage[]) =>
    messages.flatMap(({ content }) => [...content].map(() => 1))

  it('keeps the system prompt and the last message, and no more than needed goes', async () => {
    const turns = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 8, max: 60 }), async (sizes, limit) => {
        const system = message('system', 3)
        const last = message('user', 4)
        const middle = sizes.map((size, i) => message(i % 2 === 0 ? 'user' : 'assistant', size))
        let seen: readonly ChatMessage[] = []
        const all = [system, ...middle, last]
        const { tokens: kept, truncatedTokens } = await dropOldest(all, { limit }, (messages) => {
          if (render(messages).length <= limit && messages.length > seen.length) seen = messages
          return Promise.resolve(render(messages))
        })
        expect(kept.length).toBeLessThanOrEqual(limit)
        expect(kept.length + truncatedTokens).toBe(render(all).length)
        expect(seen[0]).toBe(system)
        expect(seen.at(-1)).toBe(last)
        // One turn more would have been too much.
        const left = all.slice(1, all.indexOf(seen[1] ?? last))
        const turn = left.findLastIndex(({ role }) => role === 'user')
        const more = left.slice(turn).reduce((sum, { content }) => sum + content.length, 0)
        if (left.length > 0) expect(kept.length + more).toBeGreaterThan(limit)
      }),
    )
  })

  it('renders a long conversation a few times only, and no more of it than can be read', async () => {
    for (const size of [(i: number) => (i * 7919) % 40, (i: number) => (i < 4000 ? 1 : 60)]) {
      const all = Array.from({ length: 9000 }, (_, i) =>
        message(i % 2 === 0 ? 'user' : 'assistant', size(i)),
      )
      const lengths: number[] = []
      const { tokens, truncatedTokens } = await dropOldest(
        all,
        { limit: 3000, most: 8000 },
        (messages) => {
          lengths.push(messages.length)
          return Promise.resolve(render(messages))
        },
      )
      expect(tokens.length).toBeLessThanOrEqual(3000)
      expect(tokens.length).toBeGreaterThan(2800)
      expect(lengths.length).toBeLessThanOrEqual(14)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(8000)
      expect(truncatedTokens).toBeGreaterThan(0)
    }
  })

  it('keeps the call that the last message is the result of', async () => {
    const call: ChatMessage = {
      role: 'assistant',
      content: '',
      toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }],
    }
    const result: ChatMessage = { role: 'tool', content: 'xx', toolCallId: 'a' }
    let last: readonly ChatMessage[] = []
    await dropOldest([message('user', 20), call, result], { limit: 10 }, (messages) => {
      last = messages
      return Promise.resolve(render(messages))
    })
    expect(last).toEqual([call, result])
  })

  it('says so when what must stay is too long', async () => {
    const lengths: number[] = []
    await expect(
      dropOldest(
        [message('system', 9), message('user', 9), message('user', 9)],
        { limit: 10 },
        (messages) => {
          lengths.push(messages.length)
          return Promise.resolve(render(messages))
        },
      ),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'context_length_exceeded',
        status: 400,
        hint: expect.stringContaining('never left out'),
      }),
    )
    // Such a message may be megabytes: it is read no oftener than it takes to know.
    expect(lengths).toEqual([3, 2])
  })
})

describe('Outbox', () => {
  const item: OutputItem = { kind: 'text', id: 1, text: 'x', tokens: 1 }

  function create() {
    let time = 0
    const due = new Set<{ at: number; run: () => void }>()
    const sent: number[] = []
    const outbox = new Outbox(
      (items) => sent.push(items.length),
      () => 1,
      {
        now: () => time,
        later: (run, ms) => {
          const timer = { at: time + ms, run }
          due.add(timer)
          return () => due.delete(timer)
        },
      },
    )
    const pass = (ms: number) => {
      time += ms
      for (const timer of [...due]) {
        if (timer.at > time || !due.delete(timer)) continue
        timer.run()
      }
    }
    return { outbox, sent, pass }
  }

  it('sends what comes together in one message, and fast streams at intervals', () => {
    const { outbox, sent, pass } = create()
    for (let ms = 0; ms < 40; ms++) {
      pass(1)
      outbox.push(item)
      outbox.push(item)
    }
    expect(sent.length).toBeLessThanOrEqual(6)
    expect(sent.length).toBeGreaterThan(2)
    expect(Math.max(...sent)).toBeGreaterThan(8)
  })

  it('keeps nobody waiting for a beginning, a first token or an end', () => {
    const { outbox, sent, pass } = create()
    const started = { kind: 'started' as const, promptTokens: 1, cachedTokens: 0 }
    outbox.push({ ...started, id: 1, truncatedTokens: 0 })
    pass(1)
    expect(sent).toEqual([1])
    outbox.push(item)
    pass(2)
    expect(sent).toEqual([1, 1])
    const measured = { completionTokens: 2, waitMs: 0, promptMs: 1, generationMs: 1 }
    outbox.push(item)
    outbox.push({ kind: 'done', id: 1, finishReason: 'stop', ...measured })
    pass(1)
    expect(sent).toEqual([1, 1, 2])
    pass(100)
    expect(sent).toHaveLength(3)
  })
})

describe('chooseToken', () => {
  const probabilities = new Map([
    [7, 0.5],
    [8, 0.3],
    [9, 0.2],
  ])

  it('never leaves what top-k, top-p and min-p keep', () => {
    const random = randomNumbers(1)
    const seen = (sampling: { topK: number; topP: number; minP: number }) =>
      new Set(
        Array.from({ length: 200 }, () =>
          chooseToken(probabilities, { temperature: 1, ...sampling }, random()),
        ),
      )
    expect(seen({ topK: 0, topP: 1, minP: 0 })).toEqual(new Set([7, 8, 9]))
    expect(seen({ topK: 2, topP: 1, minP: 0 })).toEqual(new Set([7, 8]))
    expect(seen({ topK: 0, topP: 0.5, minP: 0 })).toEqual(new Set([7]))
    expect(seen({ topK: 0, topP: 1, minP: 0.5 })).toEqual(new Set([7, 8]))
  })

  it('is the most likely one without temperature', () => {
    expect(chooseToken(probabilities, { temperature: 0, topK: 0, topP: 1, minP: 0 }, 0.99)).toBe(7)
  })
})
