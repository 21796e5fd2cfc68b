import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { startProcess } from './start-process.ts'
import { restartOnChange } from './restart-on-change.ts'

const folder = mkdtempSync(join(tmpdir(), 'process-'))
afterAll(() => rmSync(folder, { recursive: true }))

const script = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
// Says when it runs, and stops only when told to, saying that too.
const patient = script(
  'patient.mjs',
  `process.once('SIGTERM', () => { console.log('told to stop'); process.exit(0) })
   setInterval(() => undefined, 1000)
   console.log('running')`,
)

async function until(claim: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!claim()) {
    if (Date.now() > deadline) throw new Error(`Still not: ${claim.toString()}`)
    await sleep(20)
  }
}

const says = (logFile: string, text: string) =>
  existsSync(logFile) && readFileSync(logFile, 'utf8').includes(text)

it('stops a process when asked, and waits until it has stopped', async () => {
  const logFile = join(folder, 'stopped.log')
  const started = startProcess({ name: 'patient', args: [patient], env: process.env, logFile })
  await until(() => says(logFile, 'running'))
  await started.stop()
  expect(says(logFile, 'told to stop')).toBe(true)
  expect(await started.ended).toBe(0)
})

it('stops a process whose starter was killed and could ask nothing', async () => {
  const logFile = join(folder, 'orphan.log')
  const starter = script(
    'starter.mjs',
    `import { startProcess } from ${JSON.stringify(join(import.meta.dirname, 'start-process.ts'))}
     startProcess({ name: 'patient', args: [${JSON.stringify(patient)}], env: process.env, logFile: ${JSON.stringify(logFile)} })
     setInterval(() => undefined, 1000)`,
  )
  const child = spawn(process.execPath, [starter], { stdio: 'inherit' })
  await until(() => says(logFile, 'running'))
  child.kill('SIGKILL')
  await once(child, 'close')
  await until(() => says(logFile, 'told to stop'))
})

it('says how a process ended and keeps what it printed', async () => {
  const failing = script('failing.mjs', `console.log('{"a":1}'); process.exitCode = 3`)
  const logFile = join(folder, 'failing.log')
  const started = startProcess({
    name: 'failing',
    args: [failing],
    env: process.env,
    logFile,
    keepOutput: true,
  })
  expect(await started.ended).toBe(3)
  expect(started.output()).toBe('{"a":1}\n')
})

it('runs the newest sources, also after one that did not start', async () => {
  const sources = join(folder, 'sources')
  mkdirSync(sources)
  const logFile = join(folder, 'fresh.log')
  const source = script('sources/main.ts', `console.log('first'); setInterval(() => undefined, 1000)`)
  const start = () => startProcess({ name: 'fresh', args: [source], env: process.env, logFile })
  const started = restartOnChange(sources, start)
  await until(() => says(logFile, 'first'))
  script('sources/main.ts', `half a sentence`)
  await until(() => says(logFile, 'SyntaxError'))
  script('sources/main.ts', `console.log('second'); setInterval(() => undefined, 1000)`)
  await until(() => says(logFile, 'second'))
  await started.stop()
  expect(await started.ended).toBe(0)
})
