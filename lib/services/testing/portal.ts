/** The portal without web and gateway processes: real stores on a real database, the real loop, a scripted Cardzo. */
import { randomUUID } from 'node:crypto'
import { createPrisma } from '#lib/db/engine/client.ts'
import { listen } from '#lib/db/engine/listen.ts'
import { wakeAll } from '#lib/db/payout/due-work.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createOutgoing } from '#lib/runtime/outgoing.ts'
import { createStores } from '#lib/db/stores.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { startLoop } from '#lib/worker/loop.ts'
import type { Deps, Payout, StoredMail } from '#lib/services/ports.ts'
import { createScriptedGateway } from './scripted-gateway.ts'
import type { ScriptedGateway } from './scripted-gateway.ts'

export const system: Actor = {
  kind: 'api_key',
  id: '00000000-0000-4000-8000-00000000000a',
  name: 'shop',
  ownerId: null,
  scopes: apiScopes,
}

/** What an approver sees and sends: exactly this payout, and a code that the test portal accepts. */
export const seen = ({ id, contentHash }: Pick<Payout, 'id' | 'contentHash'>) => ({
  id,
  contentHash,
  code: '123456',
})

export async function createTestPortal(
  config: Partial<Deps['config']> = {},
  /** A database and a Cardzo from an earlier portal, and how many connections this one may have. */
  given: { database?: TestDatabase; gateway?: ScriptedGateway; poolSize?: number } = {},
) {
  const database = given.database ?? (await createTestDatabase())
  const prisma = createPrisma(database.url, {
    ...patient,
    ...(given.poolSize !== undefined && { poolSize: given.poolSize }),
  })
  const gateway = given.gateway ?? createScriptedGateway()
  const hooks = { enqueueMail: () => Promise.resolve() }
  const errors: unknown[] = []
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  const stores = createStores(prisma, { hooks, vault, keepMailTexts: true })
  const deps: Deps = {
    ...stores,
    // One endpoint, as in most installations; lib/services/endpoint has tests with several.
    endpoints: { ...stores.endpoints, book: () => Promise.resolve({ endpoints: [], routes: [] }) },
    // Codes are tested in lib/runtime/second-factor.db.test.ts. Here any six digits are right, as often as you like.
    secondFactor: {
      verify: (_user, code) => Promise.resolve(/^\d{6}$/.test(code) ? 'ok' : 'wrong'),
      offer: () => ({ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/test' }),
      uri: () => 'otpauth://totp/test',
      freshRecoveryCodes: () => [randomUUID(), randomUUID()].map((code) => ({ code, hash: code })),
      isSecret: (secret) => /^[A-Z2-7]{16,128}$/.test(secret),
      fits: (_secret, code) => Promise.resolve(code === '123456' ? 1n : null),
      codeNow: () => Promise.resolve('123456'),
    },
    vault,
    outgoing: createOutgoing({ loopback: true }),
    // Most tests restore nothing; lib/services/safety/restore.db.test.ts uses the real one.
    marker: {
      missing: () => Promise.resolve(null),
      renew: () => Promise.resolve(),
      remember: () => Promise.resolve(true),
      trouble: () => null,
    },
    // None configured, as in most installations; lib/services/order/sent-marks.db.test.ts uses the real ones.
    sentMarks: {
      missing: () => Promise.resolve(null),
      begin: () => Promise.resolve(),
      put: () => Promise.resolve('mine'),
      withdraw: () => Promise.resolve(),
      trouble: () => null,
    },
    // Without lib/services/order/paced-gateway.ts, which has tests of its own.
    gateway,
    passwords: {
      hash: (text) => Promise.resolve(text),
      verify: (a, b) => Promise.resolve(a === b),
      isCommon: (text) => Promise.resolve(text.toLowerCase() === 'password123456'),
    },
    rateLimit: () => Promise.resolve(true),
    allowsTraffic: () => true,
    config: {
      appUrl: 'http://localhost:3000',
      currencies: ['EUR', 'USD', 'JPY'],
      requiredFields: ['account_number', 'first_name'],
      endpoint: '39915',
      pollIntervalMs: 20,
      timeoutMs: 40,
      leaseMarginMs: 30_000,
      validationOldAfterMs: 86_400_000,
      linkSecret: 'a secret for tests',
      merchantName: 'Example Shop',
      demoMailbox: true,
      ...config,
    },
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    log: { info: () => undefined, warn: () => undefined, error: ({ err }) => errors.push(err) },
  }
  await prisma.apiKey.createMany({
    data: { id: system.kind === 'api_key' ? system.id : '', name: 'shop', keyHash: 'x' },
    skipDuplicates: true,
  })
  // Nothing waits and nobody needs a balance, unless a test is about that.
  const atOnce = { sendDelayS: { '*': 0 }, coolingOffH: 0, requireBalance: false }
  if ((await deps.settings.read()).requireBalance)
    await deps.settings.change(atOnce, { kind: 'operator', name: 'test' })
  const workers: { stop: () => Promise<void> }[] = []

  const portal = {
    deps,
    gateway,
    prisma,
    /** The errors that the verbs logged. */
    errors,

    /** Starts another worker; any number may run. */
    startWorker(name = `worker-${randomUUID().slice(0, 8)}`) {
      const stopping = new AbortController()
      const leaseMs = leaseMsFor(deps.config.timeoutMs)
      const loop = startLoop({
        claim: (limit) => deps.payouts.claimDue(name, limit, leaseMs),
        work: (leased) => workPayout(deps, leased),
        renew: (leases) => deps.payouts.renewAll(leases, leaseMs),
        renewEveryMs: leaseMs / 3,
        onError: (error) => errors.push(error),
        maxInFlight: 8,
        // It is woken, and knows when the next payout is due.
        idleMs: 200,
        signal: stopping.signal,
      })
      const listener = listen(database.directUrl ?? database.url, 'payout_due', loop.wake)
      const stop = async () => {
        stopping.abort()
        await loop.done
        await listener.stop()
      }
      workers.push({ stop })
      return { stop }
    },

    async ask(more: Record<string, unknown> = {}, key: string = randomUUID()): Promise<string> {
      const body = { ...sampleRequest, ...more }
      const made = await createPayout(deps, system, { idempotencyKey: key, body })
      if (!made.ok) throw new Error(`refused: ${made.code} ${JSON.stringify(made.errors)}`)
      return made.payout.id
    },

    /** A new approver who has nothing to do with any payout. */
    async approver(): Promise<Actor> {
      const id = randomUUID()
      const user = {
        id,
        email: `${id}@example.com`,
        name: 'Ana',
        role: 'approver' as const,
        passwordHash: null,
        totpSecret: null,
      }
      await deps.people.createUser(user, { kind: 'operator', name: 'test' })
      return { kind: 'user', id, role: 'approver', name: 'Ana', receiverId: null }
    },

    /** Due now, as if something had woken it. */
    async wake(id: string): Promise<void> {
      await wakeAll(prisma, [id])
    },

    async payout(id: string): Promise<Payout> {
      const payout = await deps.payouts.find(id)
      if (!payout) throw new Error(`no payout ${id}`)
      return payout
    },

    async until(id: string, status: PayoutStatus): Promise<Payout> {
      // The whole payout costs ten times as much to read as its status.
      const statement = 'SELECT status FROM payout WHERE id = $1::uuid'
      return eventually(async () => {
        const [now] = await prisma.sql.query<{ status: PayoutStatus }>(statement, [id])
        if (now?.status !== status) return `payout is ${String(now?.status)}, not ${status}`
        const payout = await portal.payout(id)
        return payout.status === status ? payout : `payout was ${status} and went on`
      })
    },

    /** Readable, oldest first. In the database their texts are sealed. */
    async mails(about: { payoutId?: string; recipient?: string }): Promise<StoredMail[]> {
      const mails = await deps.mails.latest(1_000)
      const same = (mail: StoredMail) =>
        (about.payoutId === undefined || mail.payoutId === about.payoutId) &&
        (about.recipient === undefined || mail.recipient === about.recipient)
      return mails.filter(same).reverse()
    },

    async items(id: string): Promise<string[]> {
      return (await deps.items.list({ payoutId: id }))
        .filter(({ closedAt }) => closedAt === null)
        .map(({ kind }) => kind)
    },

    /** Stops everything but the database. */
    async stopAll() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await prisma.$disconnect()
    },

    async close() {
      await portal.stopAll()
      await database.drop()
    },
  }
  return portal
}

export const sampleRequest = {
  amount: '100.50',
  currency: 'EUR',
  receiver: { externalId: 'cust-42', email: 'ada@example.com', firstName: 'Ada', lastName: 'Nowak' },
  destination: { account_number: 'DE89370400440532013000' },
}

/** Asks until the answer is not a string (a complaint), for at most twenty seconds. */
export async function eventually<T>(ask: () => Promise<T | string>, withinMs = 20_000): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const told = await ask()
    if (typeof told !== 'string') return told
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms: ${told}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
