// A payout in the image: migrate, start, ask by the API, be paid by the simulator, stop. Everything but PostgreSQL comes from the image's tree.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#lib/processes/free-port.ts'
import { joinEmbeddedPostgres } from '#lib/runtime/database.ts'
import type { Built } from './build.ts'
import { createSandbox, until } from './sandbox.ts'
import type { Running, Variables } from './sandbox.ts'

const secretsIn = '/run/secrets'
const programs = {
  simulator: ['node', 'lib/simulator/main.ts'],
  worker: ['node', 'lib/worker/main.ts'],
  migrate: ['node', 'lib/cli/migrate.ts'],
  admin: ['node', 'lib/cli/admin.ts'],
}
/** Files that could not be opened or written: what a missing file or a read-only file system looks like in a log. */
const trouble =
  /EROFS|EACCES|EPERM|ENOENT|ERR_MODULE_NOT_FOUND|Cannot find (module|package)|read-only file system/i

/** Throws at the first thing that is not as it should be. `folder` is empty, and another user may pass through it. */
export async function walkThrough(built: Built, folder: string, say: (line: string) => void): Promise<void> {
  const [uid = 0, gid = 0] = (built.stage.user ?? '').split(':').map(Number)
  if (uid === 0 || gid === 0) throw new Error('The image runs as root.')
  const folders = {
    logs: join(folder, 'logs'),
    secrets: join(folder, 'secrets'),
    state: join(folder, 'state'),
  }
  for (const one of Object.values(folders)) mkdirSync(one, { recursive: true, mode: 0o755 })
  // A new volume gets what the image has there, its owner included.
  cpSync(join(built.root, 'var/lib/payout-portal'), folders.state, { recursive: true })
  chownSync(folders.state, uid, gid)

  const database = await joinEmbeddedPostgres({ dataDir: join(folder, 'database'), fast: true })
  const running: Running[] = []
  try {
    await walk(built, folders, database.url, running, say)
  } finally {
    await Promise.all(running.filter((one) => !one.hasEnded()).map((one) => one.stop()))
    await database.leave()
  }
}

async function walk(
  built: Built,
  folders: { logs: string; secrets: string; state: string },
  databaseUrl: string,
  running: Running[],
  say: (line: string) => void,
): Promise<void> {
  const port = await freePort(23_000)
  const simulatorPort = await freePort(23_000)
  const secretVariables = writeSecrets(folders.secrets, databaseUrl)
  const settings: Variables = {
    PORT: String(port),
    SIMULATOR_PORT: String(simulatorPort),
    SIMULATOR_STEP_MS: '100',
    APP_URL: `http://127.0.0.1:${port}`,
    CARDZO_API_URL: `http://127.0.0.1:${simulatorPort}/paynet`,
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'merchant',
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: 'account_number,bank_name,first_name,last_name',
    CARDZO_POLL_INTERVAL_MS: '300',
    ...secretVariables,
  }
  const { start, run } = createSandbox(built, folders, settings)
  const launch = (name: string, command: readonly string[], variables: Variables = {}) => {
    const one = start(name, command, variables)
    running.push(one)
    return one
  }
  const origin = `http://127.0.0.1:${port}`

  await judgeSurroundings(run, built)
  say('Runs as its own user, and can write only to its state and to /tmp.')

  const migrated = await run(programs.migrate)
  const [, applied] = /up to date: (\d+) applied/.exec(migrated) ?? []
  if (applied === undefined) throw new Error(migrated)
  say(`Migrated: ${applied} migrations.`)

  launch('simulator', programs.simulator)
  const web = launch('web', built.stage.command)
  for (const n of [1, 2])
    launch(`worker-${n}`, programs.worker, { SENT_MARKS_DIR: '/var/lib/payout-portal/sent' })
  await until('ready', running, () => isOk(`${origin}/api/health/ready`))
  await run(built.stage.health)
  say('Simulator, web server and two workers are ready, and the health check of the image says so.')

  await run([...programs.admin, 'policy:set', '--currency', 'EUR', '--auto-approve-below', '50'])
  await run(
    [
      ...programs.admin,
      'user:create',
      '--email',
      'ada@image.example',
      '--role',
      'admin',
      '--name',
      'Ada',
      '--password-stdin',
    ],
    {},
    randomBytes(16).toString('hex'),
  )
  const { key } = JSON.parse(await run([...programs.admin, 'api-key:create', '--name', 'shop'])) as {
    key: string
  }
  const { id, statusUrl } = await ask(origin, key)
  const status = await until('paid', running, async () => {
    const payout = await read(origin, key, id)
    return ['paid', 'declined', 'failed', 'filtered'].includes(payout.status) ? payout.status : undefined
  })
  if (status !== 'paid') throw new Error(`The payout is ${status}.`)
  say('A payout that the API asked for is paid.')

  await lookAtPages(origin, [`${origin}/sign-in`, statusUrl])
  const receipt = await fetch(`${statusUrl}/receipt/pdf`)
  if (!(await receipt.text()).startsWith('%PDF')) throw new Error(`The receipt: ${receipt.status}`)
  say('Pages come with their styles and scripts, and the receipt as a PDF.')

  for (const one of running.toReversed()) {
    const how = await one.stop()
    if (how !== 0) throw new Error(`${one.name} ended with ${how} when it was told to stop:\n${one.log()}`)
  }
  for (const one of running) if (trouble.test(one.log())) throw new Error(`${one.name} says:\n${one.log()}`)
  say(
    `All ended with 0 when told to stop, and none missed a file (${web.log().split('\n').length} lines of the web server's).`,
  )
}

/** Each in a file of its own, as an orchestrator gives them. */
function writeSecrets(folder: string, databaseUrl: string): Variables {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const secrets = {
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    DATA_KEYS: `2026a:${randomBytes(32).toString('base64')}`,
    CARDZO_MERCHANT_CONTROL: randomBytes(20).toString('hex'),
    CARDZO_PRIVATE_KEY: privateKey,
  }
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => {
      const file = name.toLowerCase().replaceAll('_', '-')
      writeFileSync(join(folder, file), `${value}\n`, { mode: 0o444 })
      return [`${name}_FILE`, `${secretsIn}/${file}`]
    }),
  )
}

async function judgeSurroundings(run: (command: string[]) => Promise<string>, built: Built): Promise<void> {
  const program = `
    const { writeFileSync, existsSync } = require('node:fs')
    const may = (file) => { try { writeFileSync(file, ''); return true } catch { return false } }
    const tried = ['/portal/x', '/portal/.next/x', '/portal/node_modules/x', '/x', '/run/secrets/x', '/tmp/x', '/var/lib/payout-portal/x']
    console.log(JSON.stringify({
      user: process.getuid() + ':' + process.getgid(),
      groups: process.getgroups().filter((group) => group !== process.getgid()),
      writes: tried.filter(may),
      others: ['/bin/sh', '/usr/bin/env', '/root', '/home'].filter(existsSync),
    }))`
  const found = await run(['node', '-e', program])
  const expected = JSON.stringify({
    user: built.stage.user,
    groups: [],
    writes: ['/tmp/x', '/var/lib/payout-portal/x'],
    others: [],
  })
  if (found.trim() !== expected) throw new Error(`In the sandbox: ${found}instead of ${expected}`)
}

async function isOk(address: string): Promise<true | undefined> {
  const answer = await fetch(address).catch(() => undefined)
  return answer?.ok ? true : undefined
}

type Payout = { id: string; status: string; statusUrl: string }

async function ask(origin: string, key: string): Promise<Payout> {
  const answer = await fetch(`${origin}/api/v1/payouts`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': 'first',
    },
    body: JSON.stringify({
      amount: '12.00',
      currency: 'EUR',
      receiver: { externalId: 'cust-1', email: 'ben@image.example', firstName: 'Ben', lastName: 'Novak' },
      destination: { account_number: 'DE89370400440532013000', bank_name: 'Image Bank' },
    }),
  })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Payout
}

async function read(origin: string, key: string, id: string): Promise<Payout> {
  const answer = await fetch(`${origin}/api/v1/payouts/${id}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Payout
}

async function lookAtPages(origin: string, pages: readonly string[]): Promise<void> {
  for (const page of pages) {
    const answer = await fetch(page)
    const html = await answer.text()
    if (!answer.ok) throw new Error(`${page}: ${answer.status}\n${html.slice(0, 500)}`)
    const files = [
      ...new Set([...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+)"/g)].map(([, path]) => path)),
    ]
    if (!files.some((file) => file?.includes('.css')) || !files.some((file) => file?.includes('.js')))
      throw new Error(`${page} has no styles or no scripts`)
    for (const file of files) {
      const found = await fetch(`${origin}${file ?? ''}`)
      await found.arrayBuffer()
      if (!found.ok) throw new Error(`${file}: ${found.status}`)
    }
  }
}
