import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Counters } from '@/lib/sse/stats'
import { Metrics } from '@/lib/telemetry/metrics/metrics'
import { Scrape } from '@/tests/support/prometheus'

const target = z.object({ expr: z.string() })
const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(target).optional() })),
})

/** What an expression asks for: every word that is written like a metric of ours or of the process. */
const METRIC = /\b(?:runnel|nodejs|process)_\w+/g

test('the Grafana dashboard asks for metrics that there are, and for all of ours', async () => {
  const { panels } = dashboard.parse(JSON.parse(readFileSync('docs/grafana/runnel.json', 'utf8')))
  const asked = new Set(
    panels
      .flatMap(({ targets = [] }) => targets)
      .flatMap(({ expr }) => [...expr.matchAll(METRIC)].map(([name]) => name)),
  )
  const there = await metricNames()
  const series = there.flatMap((name) => [name, `${name}_bucket`])
  expect([...asked].filter((name) => !series.includes(name))).toEqual([])
  const ours = there.filter((name) => name.startsWith('runnel_'))
  expect(ours.filter((name) => !asked.has(name) && !asked.has(`${name}_bucket`))).toEqual([])
})

test('docs/operations.md explains every metric of ours, and no other', async () => {
  const explained = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(runnel_\w+)`/gm)]
  const ours = (await metricNames()).filter((name) => name.startsWith('runnel_'))
  expect(explained.map(([, name]) => name).toSorted()).toEqual(ours.toSorted())
})

/** The names of all metrics of a server that has done nothing yet. */
async function metricNames(): Promise<string[]> {
  const metrics = new Metrics({ nameOf: () => 'unknown' })
  metrics.watch({
    sse: { stats: () => new Counters().snapshot([]) },
    logBytes: {},
    downloads: {
      jobs: {
        queued: 0,
        resolving: 0,
        downloading: 0,
        verifying: 0,
        paused: 0,
        complete: 0,
        failed: 0,
        cancelled: 0,
      },
      retries: {
        transient: 0,
        pushback: 0,
        bad_reply: 0,
        expired: 0,
        no_ranges: 0,
        no_validator: 0,
        changed: 0,
      },
      bytesPerSecond: 0,
      receivedBytes: 0,
    },
    engine: { status: () => [] },
    workers: {
      stats: () => ({ running: 0, started: 0, exits: { stopped: 0, crashed: 0 }, memoryBytes: 0 }),
    },
    meter: { byModel: new Map() },
  })
  return [...new Scrape((await metrics.expose()).text).types.keys()]
}
