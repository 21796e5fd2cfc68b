// npm run fuzz: the API fuzzed from its own description, for as long as you like.
//   npm run fuzz -- --seed 7 --count 20000
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } })
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31))
const count = values.count ?? '20000'
if (!/^\d{1,10}$/.test(seed) || !/^[1-9]\d{0,6}$/.test(count)) {
  console.error('Usage: npm run fuzz -- --seed N --count N')
  process.exit(2)
}
console.log(`seed ${seed}, ${count} inputs`)
const { status } = spawnSync('vitest', ['run', '--project', 'db', 'lib/web/fuzz.db.test.ts'], {
  env: { ...process.env, FUZZ_SEED: seed, FUZZ_COUNT: count },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
