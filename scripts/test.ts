// npm test: every check there is, in the order in which they are cheap to fail, up to the first stage that does.
// Ends with one line, `N passed, N failed`; format, lint, types and build count as one each.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from '#lib/processes/build.ts'
import { ensureBrowser } from './find-browser.ts'
import { countTests } from './test-report.ts'
import type { Count } from './test-report.ts'

const reports = mkdtempSync(join(tmpdir(), 'test-reports-'))

const stages: Record<string, () => Count | Promise<Count>> = {
  format: () => whole(runScript('format:check')),
  lint: () => whole(runScript('lint')),
  types: () => whole(runScript('typecheck')),
  'unit tests': () => vitest('unit*'),
  'database tests': () => vitest('db'),
  build: async () => whole(await ensureBuild(() => runScript('build'))),
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

/** Runs a program in our terminal; npm has put the project's own first on the path. */
function run(program: string, args: readonly string[], more: Record<string, string> = {}): boolean {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...more }
  return spawnSync(program, args, { env, stdio: 'inherit' }).status === 0
}

/** What passes or fails as a whole. */
const whole = (succeeded: boolean): Count => (succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })
const runScript = (name: string) => run('npm', ['run', '--silent', name])

function vitest(project: string): Count {
  const report = join(reports, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return countTests(report, run('vitest', ['run', '--project', project, ...reporters]))
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
