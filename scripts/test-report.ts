// How many tests passed, from what the test runners write.
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

export interface Count {
  passed: number
  failed: number
}

const Vitest = z.object({ numPassedTests: z.number(), numFailedTests: z.number() })
const Playwright = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
})

/** Reads a report of either runner. A run that failed otherwise (a file that does not load) counts as one failure. */
export function countTests(reportFile: string, succeeded: boolean): Count {
  const report: unknown = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
  const count = countOf(report)
  return succeeded || count.failed > 0 ? count : { ...count, failed: 1 }
}

function countOf(report: unknown): Count {
  const vitest = Vitest.safeParse(report)
  if (vitest.success) return { passed: vitest.data.numPassedTests, failed: vitest.data.numFailedTests }
  const playwright = Playwright.safeParse(report)
  if (!playwright.success) return { passed: 0, failed: 0 }
  const { expected, flaky, unexpected } = playwright.data.stats
  // Only CI tries twice (playwright.config.ts), and names each that needed it.
  return { passed: expected + flaky, failed: unexpected }
}
