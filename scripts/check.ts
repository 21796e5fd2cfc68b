// npm run check: format, lint, types and unit tests, beside each other. The others give way to the unit tests, which take longest and
// wait for things with deadlines. What fails says why.
import { runQuietly } from './run-quietly.ts'

/** Scripts of package.json, by what they are called here. */
const checks: Record<string, string[]> = {
  format: ['format:check'],
  lint: ['lint'],
  types: ['typecheck'],
  'unit tests': ['test:unit', '--', '--reporter=dot'],
}

const startedAt = Date.now()
const verdicts = await Promise.all(
  Object.entries(checks).map(async ([name, script]) => {
    const { succeeded, output } = await runQuietly('npm', ['run', '--silent', ...script], {
      givesWay: name !== 'unit tests',
    })
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
    console.log(
      `${succeeded ? '' : `${output}\n`}${name}: ${succeeded ? 'right' : 'WRONG'} (after ${seconds} s)`,
    )
    return succeeded
  }),
)
process.exitCode = verdicts.every(Boolean) ? 0 : 1
