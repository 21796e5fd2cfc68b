import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { joinEmbeddedPostgres } from './embedded-postgres.ts'
import { isAlive } from './embedded-postgres/clients.ts'

interface Client {
  url: string
  leave: () => Promise<void>
  kill: () => Promise<void>
}

// Nobody else can enter the folder (0700), like a clone under /root: the hardest case.
let dataDir: string
const started: ChildProcess[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  const last = await joinAsProcess()
  const home = dirname(await ask(last.url, 'SHOW data_directory'))
  await last.leave()
  await rm(home, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
})

async function joinAsProcess(): Promise<Client> {
  const script = join(import.meta.dirname, '..', 'testing', 'join-and-wait.ts')
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  started.push(child)
  const ended = once(child, 'close')
  for await (const url of createInterface({ input: child.stdout })) {
    const leave = async () => {
      child.stdin.end()
      expect(await ended).toEqual([0, null])
    }
    const kill = async () => {
      child.kill('SIGKILL')
      await ended
    }
    return { url, leave, kill }
  }
  throw new Error('The process ended without joining')
}

async function ask(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  // A lost connection also rejects the running query.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<[unknown]>({ text: sql, rowMode: 'array' })
    return String(rows[0]?.[0])
  } finally {
    await client.end()
  }
}

/** The server's own process. */
const serverOf = async (client: Client): Promise<number> => {
  const folder = await ask(client.url, 'SHOW data_directory')
  const file = await ask(client.url, `SELECT pg_read_file('${folder}/postmaster.pid')`)
  return Number(file.split('\n')[0])
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within 20 s: ${what}`)
    await sleep(20)
  }
}

const waitUntilGone = (pid: number) => until(`process ${pid} is gone`, () => !isAlive(pid))

it('is shared by processes that start together, and stopped by the last one to leave', async () => {
  const clients = await Promise.all([1, 2, 3, 4].map(joinAsProcess))
  const servers = await Promise.all(clients.map(serverOf))
  expect(new Set(servers).size).toBe(1)
  const [first, ...others] = clients
  for (const client of others) await client.leave()
  expect(isAlive(servers[0]!)).toBe(true)
  await first!.leave()
  expect(isAlive(servers[0]!)).toBe(false)
})

it('does not wait for a killed process', async () => {
  const [one, other] = [await joinAsProcess(), await joinAsProcess()]
  const server = await serverOf(one)
  await other.kill()
  await one.leave()
  expect(isAlive(server)).toBe(false)
})

it('is adopted, with its data, when all its users were killed', async () => {
  const one = await joinAsProcess()
  const server = await serverOf(one)
  await ask(one.url, `CREATE TABLE kept AS SELECT 'still here' AS text`)
  await one.kill()
  const next = await joinAsProcess()
  expect(await serverOf(next)).toBe(server)
  expect(await ask(next.url, 'SELECT text FROM kept')).toBe('still here')
  await next.leave()
  expect(isAlive(server)).toBe(false)
})

it('starts again, on the same address and with its data, when it was killed itself', async () => {
  const one = await joinAsProcess()
  const server = await serverOf(one)
  await ask(one.url, `CREATE TABLE kept AS SELECT 'still here' AS text`)
  process.kill(server, 'SIGKILL')
  await waitUntilGone(server)
  const next = await joinAsProcess()
  expect(await serverOf(next)).not.toBe(server)
  expect(next.url).toBe(one.url)
  expect(await ask(one.url, 'SELECT text FROM kept')).toBe('still here')
})

it('starts again while a process of the killed server still works', async () => {
  const one = await joinAsProcess()
  const server = await serverOf(one)
  // It notices that its server is gone when it has counted.
  const counting = ask(one.url, 'SELECT count(*) FROM generate_series(1, 8000000)').catch(() => undefined)
  const busy = `SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate\\_series%' AND pid <> pg_backend_pid()`
  await until('it counts', async () => (await ask(one.url, busy)) === '1')
  process.kill(server, 'SIGKILL')
  await waitUntilGone(server)
  const next = await joinAsProcess()
  expect(await ask(next.url, 'SELECT 1')).toBe('1')
  await counting
})

it('refuses connections without the password', async () => {
  const one = await joinAsProcess()
  const address = new URL(one.url)
  address.password = 'guess'
  await expect(ask(address.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
})

it('of tests starts afresh when a killed run left it without its password, and is gone after the last has left', async () => {
  const killed = await joinEmbeddedPostgres({ dataDir, fast: true })
  const data = await ask(killed.url, 'SHOW data_directory')
  await rm(dataDir, { recursive: true })
  await mkdir(dataDir)
  const { url, leave } = await joinEmbeddedPostgres({ dataDir, fast: true })
  expect(await ask(url, 'SELECT 1')).toBe('1')
  await leave()
  expect(existsSync(data)).toBe(false)
})
