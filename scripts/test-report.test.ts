import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { countTests } from './test-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'report-'))
afterAll(() => rmSync(folder, { recursive: true }))

const written = (report: unknown) => {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(report))
  return file
}

it('counts the tests of either runner', () => {
  expect(countTests(written({ numPassedTests: 7, numFailedTests: 2 }), false)).toEqual({
    passed: 7,
    failed: 2,
  })
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }
  expect(countTests(written({ stats }), false)).toEqual({ passed: 6, failed: 1 })
})

it('never counts a run that failed as one without failures', () => {
  expect(countTests(written({ numPassedTests: 7, numFailedTests: 0 }), false)).toEqual({
    passed: 7,
    failed: 1,
  })
  expect(countTests(join(folder, 'missing.json'), false)).toEqual({ passed: 0, failed: 1 })
})
