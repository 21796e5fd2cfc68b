// npm test: every check there is, in the order in which they are cheap to fail, up to the first stage that does. A stage is what
// runs beside each other, because one alone would leave a core idle. Ends with one line, `N passed, N failed`; format, lint, types
// and build count as one each.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from '#lib/processes/build.ts'
import { ensureBrowser } from './find-browser.ts'
import { compileCache, runQuietly } from './run-quietly.ts'
import { countTests } from './test-report.ts'
import type { Count } from './test-report.ts'

const reports = mkdtempSync(join(tmpdir(), 'test-reports-'))

type Stage = Record<string, () => Promise<Count>>

/** Of those beside each other only one may speak; the others say something only when they fail. */
const stages: Stage[] = [
  {
    // On one core, and longer than the others, which therefore give way to it.
    types: () => quietScript('typecheck', { givesWay: false }),
    lint: () => quietScript('lint'),
    'unit tests': unitTests,
    format: () => quietScript('format:check'),
  },
  // A build is on one core for much of its time, and the fault lab mostly waits.
  { 'database tests': databaseTests, 'build and fault lab': buildAndFaultLab },
  { 'browser tests': browserTests },
]

async function main(): Promise<number> {
  let sum: Count = { passed: 0, failed: 0 }
  for (const stage of stages) {
    console.log(`\n== ${Object.keys(stage).join(', ')}`)
    sum = add([sum, ...(await Promise.all(Object.entries(stage).map(([name, part]) => timed(name, part))))])
    if (sum.failed > 0) break
  }
  console.log(
    '\nLeft out, because it takes minutes and needs programs that npm lacks; it has a CI job of its own: npm run chaos -- --cluster (docs/cluster.md)',
  )
  console.log(
    'Left out, for it needs the whole history and a second build: npm run upgrade-lab (docs/upgrades.md)',
  )
  console.log('Left out, for it takes minutes: npm run drill (docs/restore.md#the-drill)')
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0 ? 0 : 1
}

async function timed(name: string, part: () => Promise<Count>): Promise<Count> {
  const startedAt = Date.now()
  const count = await part()
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(`== ${name}: ${count.passed} passed, ${count.failed} failed, in ${seconds} s`)
  return count
}

const add = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
})

const environment = { ...process.env, ...compileCache, NEXT_TELEMETRY_DISABLED: '1' }

/** Runs a program in our terminal; npm has put the project's own first on the path. */
function run(program: string, args: readonly string[], more: Record<string, string> = {}): Promise<boolean> {
  const child = spawn(program, args, { env: { ...environment, ...more }, stdio: 'inherit' })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => done(code === 0))
  })
}

/** What passes or fails as a whole. */
const whole = (succeeded: boolean): Count => (succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

async function quiet(
  program: string,
  args: readonly string[],
  options: { givesWay?: boolean; more?: Record<string, string> } = {},
): Promise<boolean> {
  const { succeeded, output } = await runQuietly(program, args, options)
  if (!succeeded) console.log(output)
  return succeeded
}

const quietScript = async (name: string, { givesWay = true } = {}) =>
  whole(await quiet('npm', ['run', '--silent', name], { givesWay }))

async function buildAndFaultLab(): Promise<Count> {
  const built = await build()
  return built.failed > 0 ? built : add([built, await faultLab()])
}

async function build(): Promise<Count> {
  // The types have been checked.
  const more = { NEXT_TELEMETRY_DISABLED: '1', TYPES_CHECKED_ELSEWHERE: '1' }
  const make = () => quiet('npm', ['run', '--silent', 'build'], { more })
  return whole(await ensureBuild(make))
}

const vitest = (project: string, report: string) => [
  ...['run', '--project', project],
  ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
]

async function unitTests(): Promise<Count> {
  const report = join(reports, 'unit.json')
  return countTests(report, await quiet('vitest', vitest('unit*', report), { givesWay: true }))
}

async function databaseTests(): Promise<Count> {
  const report = join(reports, 'db.json')
  return countTests(report, await run('vitest', vitest('db*', report)))
}

/** A short run; each invariant that holds counts as one. */
async function faultLab(): Promise<Count> {
  const report = join(reports, 'chaos.json')
  const options = ['--seed', '1', '--payouts', '15', '--report', report]
  return countTests(report, await quiet('node', ['e2e/chaos/main.ts', ...options]))
}

async function browserTests(): Promise<Count> {
  const report = join(reports, 'browser.json')
  const more = { CHROMIUM_PATH: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  return countTests(report, await run('playwright', ['test', '--reporter=list,json'], more))
}

try {
  process.exitCode = await main()
} finally {
  rmSync(reports, { recursive: true, force: true })
}
