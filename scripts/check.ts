// npm run check: format, lint, types and unit tests, beside each other, because each keeps one core busy. What fails says why.
import { spawn } from 'node:child_process'

/** Scripts of package.json, by what they are called here. */
const checks: Record<string, string[]> = {
  format: ['format:check'],
  lint: ['lint'],
  types: ['typecheck'],
  'unit tests': ['test:unit', '--', '--reporter=dot'],
}

type Outcome = { ok: boolean; output: string }

/** Runs one of the scripts and keeps what it says. */
function run(script: string[]): Promise<Outcome> {
  const child = spawn('npm', ['run', '--silent', ...script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString()
    })
  return new Promise((done) => {
    child.on('error', (error) => done({ ok: false, output: error.message }))
    child.on('close', (code) => done({ ok: code === 0, output }))
  })
}

const startedAt = Date.now()
const verdicts = await Promise.all(
  Object.entries(checks).map(async ([name, script]) => {
    const { ok, output } = await run(script)
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
    console.log(`${ok ? '' : `${output}\n`}${name}: ${ok ? 'right' : 'WRONG'} (after ${seconds} s)`)
    return ok
  }),
)
process.exitCode = verdicts.every(Boolean) ? 0 : 1
