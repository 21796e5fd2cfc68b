// npm run check: format, lint, types and unit tests, beside each other, because each keeps one core busy. What fails says why.
import { spawn } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'

const bin = resolve('node_modules', '.bin')

type Outcome = { ok: boolean; output: string }

/** Runs one of the project's programs and keeps what it says. */
function run(program: string, ...args: string[]): Promise<Outcome> {
  // The programs start `node`: let them find the project's own.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
  const child = spawn(join(bin, program), args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
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

const checks: Record<string, () => Promise<Outcome>> = {
  format: () => run('prettier', '--check', '.'),
  lint: () => run('eslint', '.'),
  async types() {
    const generated = await run('next', 'typegen')
    return generated.ok ? run('tsc', '--noEmit') : generated
  },
  'unit tests': () => run('vitest', 'run', '--project', 'unit', '--reporter=dot'),
}

const startedAt = Date.now()
const verdicts = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const { ok, output } = await check()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
    console.log(`${ok ? '' : `${output}\n`}${name}: ${ok ? 'right' : 'WRONG'} (after ${seconds} s)`)
    return ok
  }),
)
process.exitCode = verdicts.every(Boolean) ? 0 : 1
