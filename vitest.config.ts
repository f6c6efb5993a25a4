import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('.', import.meta.url))
/** The files that take longest are among the first: a long one that is begun last leaves all but one core idle. */
const ORDER = ['e2e', 'api', 'unit']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification) => ORDER.indexOf(project.name)
    // Within a project vitest's own order: the longest of the last run first, or else the largest.
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    environment: 'node',
    // Servers and browsers wait as much as they work, so two files more than there are cores keep them busy. A file
    // starts servers and a browser of its own: a large machine gets a bound, or it would run out of memory.
    maxWorkers: Math.min(availableParallelism() + 2, 8),
    // No module keeps state, so that files can share what they import: to load that anew is half of what they cost.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // Property tests on a busy machine; the limit only ends what would never end.
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'api',
          include: ['tests/api/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          setupFiles: ['tests/support/evidence.ts'],
          // Longer than two steps that each run into their own limit of 60 s: the one that hangs is named.
          testTimeout: 200_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
