// npm run watch:check: promtool reads deploy/watch and runs the tests of its alerts. `npm test` does without promtool: there
// app/api/metrics/watch-files.test.ts holds the same files against the metrics that the portal really has.
import { spawnSync } from 'node:child_process'

const checks = [
  ['check', 'config', '--syntax-only', 'prometheus.yml'],
  ['check', 'rules', 'alerts.yml'],
  ['test', 'rules', 'alerts.test.yml'],
]

for (const args of checks) {
  const { error, status } = spawnSync('promtool', args, { cwd: 'deploy/watch', stdio: 'inherit' })
  if (error) {
    console.error(
      `promtool can't be started (${error.message}). It comes with Prometheus; on Debian: apt-get install prometheus.`,
    )
    process.exit(1)
  }
  if (status !== 0) process.exit(1)
}
console.log('deploy/watch is right.')
