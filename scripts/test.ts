// npm test: every check there is, in the order in which they are cheap to fail, up to the first stage that does. What
// `npm run check` runs beside each other runs so here. Ends with one line, `N passed, N failed`; format, lint, types and build
// count as one each.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from '#lib/processes/build.ts'
import { ensureBrowser } from './find-browser.ts'
import { compileCache, runQuietly } from './run-quietly.ts'
import { countTests } from './test-report.ts'
import type { Count } from './test-report.ts'

const reports = mkdtempSync(join(tmpdir(), 'test-reports-'))

type Stages = Record<string, () => Count | Promise<Count>>

/** Beside each other; each says something only when it fails. */
const checks: Stages = {
  format: () => quietScript('format:check'),
  lint: () => quietScript('lint'),
  types: () => quietScript('typecheck'),
  'unit tests': unitTests,
}
/** One after another: each uses every core. */
const stages: Stages = {
  'database tests': databaseTests,
  build: async () => whole(await ensureBuild(() => run('npm', ['run', '--silent', 'build']))),
  'fault lab': faultLab,
  'browser tests': browserTests,
}

async function main(): Promise<number> {
  console.log(`\n== ${Object.keys(checks).join(', ')}`)
  const sum = add(await Promise.all(Object.entries(checks).map(([name, stage]) => timed(name, stage))))
  for (const [name, stage] of Object.entries(stages)) {
    if (sum.failed > 0) break
    console.log(`\n== ${name}`)
    Object.assign(sum, add([sum, await timed(name, stage)]))
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0 ? 0 : 1
}

async function timed(name: string, stage: () => Count | Promise<Count>): Promise<Count> {
  const startedAt = Date.now()
  const count = await stage()
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(`== ${name}: ${count.passed} passed, ${count.failed} failed, in ${seconds} s`)
  return count
}

const add = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
})

/** Runs a program in our terminal; npm has put the project's own first on the path. */
function run(program: string, args: readonly string[], more: Record<string, string> = {}): boolean {
  const env = { ...process.env, ...compileCache, NEXT_TELEMETRY_DISABLED: '1', ...more }
  return spawnSync(program, args, { env, stdio: 'inherit' }).status === 0
}

/** What passes or fails as a whole. */
const whole = (succeeded: boolean): Count => (succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

async function quiet(program: string, args: readonly string[], givesWay = true): Promise<boolean> {
  const { succeeded, output } = await runQuietly(program, args, { givesWay })
  if (!succeeded) console.log(output)
  return succeeded
}

/** Lint takes longest, so the others give way to it. */
const quietScript = async (name: string) =>
  whole(await quiet('npm', ['run', '--silent', name], name !== 'lint'))

const vitest = (project: string, report: string) => [
  ...['run', '--project', project],
  ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
]

async function unitTests(): Promise<Count> {
  const report = join(reports, 'unit.json')
  return countTests(report, await quiet('vitest', vitest('unit*', report)))
}

function databaseTests(): Count {
  const report = join(reports, 'db.json')
  return countTests(report, run('vitest', vitest('db', report)))
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
