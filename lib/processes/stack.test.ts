import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { Stack } from './stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'stack-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const newStack = (readyWithinMs = 20_000) => {
  const logFolder = join(folder, `logs-${count++}`)
  mkdirSync(logFolder)
  return { stack: new Stack({ logFolder, readyWithinMs }), logFolder }
}
const script = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
/** Answers on PORT: first 503, then 200. Writes its name to ORDER when it is told to stop. */
const server = script(
  'server.mjs',
  `import { appendFileSync } from 'node:fs'
   import { createServer } from 'node:http'
   const { PORT, NAME, ORDER } = process.env
   let asked = 0
   createServer((_, response) => response.writeHead(asked++ === 0 ? 503 : 200).end()).listen(PORT, '127.0.0.1')
   process.once('SIGTERM', () => { appendFileSync(ORDER, NAME + ' '); process.exit(0) })`,
)
const failing = script('failing.mjs', `console.error('no such thing'); process.exit(7)`)

it('waits until each answers well, and stops everything in the opposite order', async () => {
  const { stack, logFolder } = newStack()
  const order = join(logFolder, 'order')
  stack.atStop(() => appendFile(order, 'database'))
  for (const name of ['first', 'second']) {
    const port = await freePort(25_100)
    const env = { PORT: String(port), NAME: name, ORDER: order }
    const started = stack.startNode(name, [server], env)
    await stack.untilAnswers(started, `http://127.0.0.1:${port}/`)
  }
  await stack.stop()
  expect(readFileSync(order, 'utf8')).toBe('second first database')
  expect(() => stack.startNode('third', [server], {})).toThrow('third')
})

it('waits no longer for a process that has ended, and says what its log says', async () => {
  const { stack } = newStack()
  const started = stack.startNode('failing', [failing], {})
  await expect(stack.untilAnswers(started, `http://127.0.0.1:1/`)).rejects.toThrow(
    /failing ended unexpectedly \(7\)[^]*no such thing/,
  )
  expect((await stack.untilOneEnds()).message).toContain('no such thing')
  await expect(stack.finish(started)).rejects.toThrow('no such thing')
  await stack.stop()
})

it('gives up on a process that never answers well', async () => {
  const { stack, logFolder } = newStack(300)
  const mute = script('mute.mjs', `setInterval(() => undefined, 1000)`)
  const started = stack.startNode('mute', [mute], { ORDER: join(logFolder, 'order') })
  await expect(stack.untilAnswers(started, `http://127.0.0.1:1/`)).rejects.toThrow('mute is not ready')
  await stack.stop()
})

it('begins a log with the stack and keeps it when the process is started again', async () => {
  const { stack, logFolder } = newStack()
  const log = join(logFolder, 'speaker.log')
  writeFileSync(log, 'of yesterday\n')
  const speaker = script('speaker.mjs', `console.log('said ' + process.env.WHAT)`)
  await stack.finish(stack.startNode('speaker', [speaker], { WHAT: 'one' }))
  await stack.finish(stack.startNode('speaker', [speaker], { WHAT: 'two' }))
  expect(readFileSync(log, 'utf8')).toBe('said one\nsaid two\n')
  await stack.stop()
})

it('finds another port for each who asks, before anybody listens', async () => {
  const ports = [await freePort(25_300), await freePort(25_300), await freePort(25_300)]
  expect(new Set(ports).size).toBe(3)
})
