// npm test: every check there is, in the order in which they are cheap to fail, up to the first stage that does.
// Ends with one line, `N passed, N failed`; format, lint, types and build count as one each.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { ensureBuild } from '#lib/processes/build.ts'
import { ensureBrowser } from './find-browser.ts'
import { countTests } from './test-report.ts'
import type { Count } from './test-report.ts'

const bin = resolve('node_modules', '.bin')
const reports = mkdtempSync(join(tmpdir(), 'test-reports-'))

const stages: Record<string, () => Count | Promise<Count>> = {
  format: () => check('prettier', '--check', '.'),
  lint: () => check('eslint', '.'),
  types: () => {
    const generated = check('next', 'typegen')
    return generated.failed > 0 ? generated : check('tsc', '--noEmit')
  },
  'unit tests': () => vitest('unit'),
  'database tests': () => vitest('db'),
  build,
  'fault lab': faultLab,
  'browser tests': browserTests,
}

async function main(): Promise<number> {
  const sum: Count = { passed: 0, failed: 0 }
  for (const [name, run] of Object.entries(stages)) {
    console.log(`\n== ${name}`)
    const startedAt = Date.now()
    const { passed, failed } = await run()
    sum.passed += passed
    sum.failed += failed
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(`== ${name}: ${passed} passed, ${failed} failed, in ${seconds} s`)
    if (failed > 0) break
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0 ? 0 : 1
}

/** Runs one of the project's programs in our terminal. */
function run(program: string, args: readonly string[], more: Record<string, string> = {}): boolean {
  // The programs start `node`: let them find the project's own.
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`
  const env = { ...process.env, PATH: path, NEXT_TELEMETRY_DISABLED: '1', ...more }
  return spawnSync(join(bin, program), args, { env, stdio: 'inherit' }).status === 0
}

function check(program: string, ...args: string[]): Count {
  return run(program, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function vitest(project: string): Count {
  const report = join(reports, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return countTests(report, run('vitest', ['run', '--project', project, ...reporters]))
}

async function build(): Promise<Count> {
  const succeeded = await ensureBuild(() => run('next', ['build']))
  return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** A short run; each invariant that holds counts as one. */
function faultLab(): Count {
  const report = join(reports, 'chaos.json')
  const options = ['--seed', '1', '--payouts', '15', '--report', report]
  return countTests(report, run('node', ['e2e/chaos/main.ts', ...options]))
}

function browserTests(): Count {
  const report = join(reports, 'browser.json')
  const environment = { CHROMIUM_PATH: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  return countTests(report, run('playwright', ['test', '--reporter=list,json'], environment))
}

try {
  process.exitCode = await main()
} finally {
  rmSync(reports, { recursive: true, force: true })
}
