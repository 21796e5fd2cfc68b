/** The demo's data as a process writes it beside a simulator, and as a worker finds it. */
import { execFile, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { finalStatuses, openStatuses, payoutStatuses } from '#lib/payouts/transitions.ts'
import { eventually } from '#lib/services/testing/portal.ts'
import { scenarios } from '#lib/simulator/scenarios.ts'
import { startSimulator } from '#lib/simulator/server.ts'
import { privateKeyPem } from '#lib/simulator/testing/merchant.ts'
import { demoWords } from './demo-words.ts'

let env: Record<string, string>
let prisma: PrismaClient
let atEnd: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const database = await createTestDatabase()
  const publicKey = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString()
  const simulator = await startSimulator({
    merchant: { login: 'merchant', keyPem: publicKey, control: 'control', endpoint: { id: '39915' } },
    // Slow, so that what the seed asks for by itself is not far along when it is looked at.
    settings: { stepMs: 200, retryMs: 60_000 },
  })
  prisma = createPrisma(database.url, patient)
  const folder = await mkdtemp(join(tmpdir(), 'demo-past-'))
  atEnd = [
    () => prisma.$disconnect(),
    () => simulator.close(),
    () => rm(folder, { recursive: true }),
    database.drop,
  ]
  env = {
    NODE_ENV: 'test',
    // Each command is a process of its own: half of its time goes into compiling.
    NODE_COMPILE_CACHE: 'node_modules/.cache/compiled',
    PATH: process.env['PATH'] ?? '',
    LOG_LEVEL: 'error',
    DATABASE_URL: database.url,
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'x'.repeat(32),
    MARKER_FILE: join(folder, 'marker.json'),
    CARDZO_API_URL: simulator.url,
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'merchant',
    CARDZO_MERCHANT_CONTROL: 'control',
    CARDZO_PRIVATE_KEY: privateKeyPem,
    CARDZO_CURRENCIES: 'EUR,USD',
    CARDZO_REQUIRED_FIELDS: 'account_number,bank_name,first_name,last_name',
  }
})
afterAll(async () => {
  for (const end of atEnd) await end()
})

function command(...args: string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const { CARDZO_PRIVATE_KEY: _, ...own } = env
    execFile(
      process.execPath,
      args,
      { env: own as unknown as NodeJS.ProcessEnv, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${args.join(' ')}: ${stderr}`))
        else resolve(JSON.parse(stdout) as Record<string, unknown>)
      },
    )
  })
}

/** Everything that is written about payouts and money, as text. */
const written = () =>
  prisma.$queryRaw<unknown[]>`
    SELECT 'payout' AS what, p.id::text, p.updated_at::text AS more FROM payout p
    UNION ALL SELECT 'event', id::text, hash FROM payout_event
    UNION ALL SELECT 'transfer', id::text, amount_minor::text FROM ledger_transfer
    UNION ALL SELECT 'approval', id::text, voided_at::text FROM approval
    UNION ALL SELECT 'policy', version::text, active_key FROM policy_version
    UNION ALL SELECT 'person', id::text, email FROM app_user
    UNION ALL SELECT 'item', id::text, closed_at::text FROM open_item ORDER BY 1, 2`

const past = () =>
  prisma.payout.findMany({
    where: { idempotencyKey: { startsWith: 'demo-past-' } },
    orderBy: { idempotencyKey: 'asc' },
  })

/** Each command is a process of its own, and takes its time on a busy machine. */
const patiently = 180_000

it(
  'has every status, proves its history and its money, and is written once',
  { timeout: patiently },
  async () => {
    await command('lib/cli/seed.ts')
    const payouts = await past()
    expect(payouts).toHaveLength(60)
    expect(new Set(payouts.map(({ status }) => status))).toEqual(new Set(payoutStatuses))
    expect(new Set(payouts.map(({ receiverId }) => receiverId)).size).toBe(3)
    const ages = payouts.map(({ createdAt }) => (Date.now() - createdAt.getTime()) / 86_400_000)
    expect(Math.max(...ages)).toBeGreaterThan(80)
    expect(Math.max(...ages)).toBeLessThan(90)
    // The same on every machine.
    expect(payouts.slice(0, 3).map(({ id, amountMinor, currency }) => ({ id, amountMinor, currency })))
      .toMatchInlineSnapshot(`
    [
      {
        "amountMinor": 9965n,
        "currency": "EUR",
        "id": "2c48527d-985b-4dcb-8a55-297be0075199",
      },
      {
        "amountMinor": 15360n,
        "currency": "EUR",
        "id": "6b222108-25a7-4673-8bcc-80fec784259b",
      },
      {
        "amountMinor": 4435n,
        "currency": "EUR",
        "id": "6dbf348c-20e6-4bc3-8e2b-e96d7fb1474d",
      },
    ]
  `)

    // What they ask for is sealed and hashed as any payout's: each opens, and the money was really set aside.
    expect(await command('lib/cli/admin.ts', 'history:verify')).toMatchObject({ ok: true })
    expect(await command('lib/cli/admin.ts', 'money:check')).toMatchObject({ ok: true })

    const { body } = await prisma.policyVersion.findFirstOrThrow({ where: { activeKey: 'active' } })
    expect(body).toMatchObject({
      currencies: { EUR: { rules: [{ approvers: 1 }, { from: '1000.00', approvers: 2 }] }, USD: {} },
    })
    const [{ twice } = { twice: 0n }] = await prisma.$queryRaw<{ twice: bigint }[]>`
    SELECT count(*) AS twice FROM (SELECT FROM approval GROUP BY payout_id HAVING count(*) = 2) AS p`
    expect(Number(twice)).toBeGreaterThan(2)

    // The merchant of the demo has written what each code of the simulator means.
    const codes = new Map((await prisma.errorCode.findMany()).map(({ code, words }) => [code, words]))
    expect(codes).toEqual(new Map(Object.entries(demoWords)))
    const ended = new Set(payouts.flatMap(({ gatewayCode }) => gatewayCode ?? []))
    const made = Object.values(scenarios).flatMap(({ afterCheck, afterPay }) =>
      [...afterCheck, ...afterPay].flatMap((move) => ('errorCode' in move ? [move.errorCode] : [])),
    )
    for (const code of [...ended, ...made, '17']) expect([...codes.keys()]).toContain(code)

    const before = await written()
    // What an admin changes stays.
    const mine = { ...demoWords['5'], en: { receiver: 'Mine.', todo: 'Mine.', staff: 'Mine.' } }
    await prisma.errorCode.update({ where: { code: '5' }, data: { words: mine } })
    await command('lib/cli/seed.ts')
    expect(await written()).toEqual(before)
    expect((await prisma.errorCode.findUniqueOrThrow({ where: { code: '5' } })).words).toEqual(mine)
  },
)

it('stays as it is when a worker looks at it', { timeout: patiently }, async () => {
  const before = await past()
  const openOnes = before.filter(({ finalAt }) => finalAt === null).map(({ id }) => id)
  const worker = spawn(process.execPath, ['lib/worker/main.ts'], {
    env: env as unknown as NodeJS.ProcessEnv,
    stdio: 'inherit',
  })
  const over = new Promise((resolve) => worker.once('exit', resolve))
  try {
    // Each has been looked at, and is due later.
    await eventually(async () => {
      const due = await prisma.payoutWork.findMany({
        where: { payoutId: { in: openOnes }, fence: { gt: 0 } },
      })
      return due.length === openOnes.length ? true : `${due.length} of ${openOnes.length} were looked at`
    }, 30_000)
    // And what the seed asked for by itself has reached the bank.
    await eventually(async () => {
      const left = await prisma.payout.count({
        where: { status: 'requested', idempotencyKey: { not: { startsWith: 'demo-past-' } } },
      })
      return left === 0 ? true : `${left} still wait`
    }, 30_000)
  } finally {
    worker.kill('SIGTERM')
    await over
  }
  expect(await prisma.openItem.count({ where: { kind: 'code_without_words' } })).toBe(0)
  const statuses = (payouts: typeof before) => payouts.map(({ id, status }) => ({ id, status }))
  expect(statuses(await past())).toEqual(statuses(before))
  expect(
    before
      .filter(({ status }) => openStatuses.includes(status))
      .map(({ status }) => status)
      .sort(),
  ).toEqual([...openStatuses, 'awaiting_approval', 'awaiting_approval'].sort())
  expect(finalStatuses.every((status) => before.some((payout) => payout.status === status))).toBe(true)
  expect(await command('lib/cli/admin.ts', 'history:verify')).toMatchObject({ ok: true })
  expect(await command('lib/cli/admin.ts', 'money:check')).toMatchObject({ ok: true })
})
