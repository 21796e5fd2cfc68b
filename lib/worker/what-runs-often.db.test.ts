/** Holds docs/what-runs-often.md against the plans of what is really sent. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMailStore } from '#lib/db/message/mail-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { busyReceiver, fillDatabase, keyId, staffId } from '#lib/db/testing/fill.ts'
import { createStandby } from '#lib/db/standby/standby.ts'
import { hearPlans, tellPlans } from '#lib/db/testing/plans.ts'
import type { Told } from '#lib/db/testing/plans.ts'
import type { Endpoint } from '#lib/payouts/endpoints.ts'
import type { MerchantBalance } from '#lib/payouts/merchant-balance.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import {
  showCallbacks,
  showChanged,
  showMissedCallbacks,
  showRefusedCallbacks,
} from '#lib/services/desk/show-callbacks.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { showDeskReceiver } from '#lib/services/desk/show-desk-receiver.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { showFirstRun } from '#lib/services/desk/show-first-run.ts'
import { listPayouts } from '#lib/services/payout/list-payouts.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { findDemoPeople } from '#lib/services/people/remove-demo.ts'
import { doClocksDiffer } from '#lib/services/safety/watch-clock.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { importedOf, listImported, paidBefore } from '#lib/services/moving/show-imports.ts'
import { showUnknown } from '#lib/services/settlement/show-unknown.ts'
import { createTestPortal, eventually, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { dailyWork } from './daily.ts'
import { periodicWork } from './periodic-work.ts'

/** Enough that reading a table from end to end is slower than any index. */
const payouts = 20_000
/** A table with fewer rows is read from end to end by right. */
const largeFrom = 1_000

/** The endpoint of the environment as one that asks for its balance at Cardzo. */
const asksBalance: Endpoint = {
  ...{ id: 1, name: '39915', source: 'environment', kind: 'endpoint', cardzoId: '39915', login: 'shop' },
  ...{ baseUrl: 'https://gate.example', currencies: ['EUR'], fields: [], redirectHosts: [] },
  ...{ maxRequestsPerS: 100, balance: '*', lowMarks: { EUR: '100' }, active: true, version: 1 },
}
const someBalance: MerchantBalance = {
  ...{ name: '', currency: 'EUR', amountMinor: 1_000n, liveMinor: null },
  ...{ shortTermHoldMinor: null, rollingReserveMinor: null, bufferHoldMinor: null },
}

let portal: Awaited<ReturnType<typeof createTestPortal>>
let heard: ReturnType<typeof hearPlans>
let large: Set<string>
const stopping = new AbortController()

beforeAll(async () => {
  const database = await createTestDatabase()
  await fillDatabase(database.url, payouts)
  await archiveMost(database.url)
  await tellPlans(database.url)
  heard = hearPlans()
  portal = await createTestPortal({}, { database })
  const tables = await portal.prisma.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND reltuples >= ${largeFrom}`
  large = new Set(tables.map(({ name }) => name))
  expect([...large]).toEqual(
    expect.arrayContaining([
      'payout',
      'payout_archived',
      'payout_event',
      'payout_work',
      'callback',
      'mail',
      'open_item',
      'receiver',
    ]),
  )
  portal.deps.endpoints.book = () => Promise.resolve({ endpoints: [asksBalance], routes: [] })
  portal.gateway.balanceAnswer = { kind: 'told', balances: [someBalance] }
  // Once a day these read everything; what they do the rest of the day is what counts here.
  await portal.deps.ledger.check()
  // It waits for everything that writes on this server, and other tests do.
  await eventually(async () => (await portal.deps.history.anchor()) ?? 'others write', 60_000)
}, 180_000)
afterAll(async () => {
  stopping.abort()
  heard.stop()
  await portal.close()
})

/** As if most payouts had older events in files: a row each, which whatever runs often must find by its key. */
async function archiveMost(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`SET session_replication_role = replica;
      INSERT INTO payout_archived (payout_id, first_event_id, last_event_id, last_hash, events, asked, reserves, claims, unsent)
      SELECT id, 1, 1, '', 0, 0, false, 0, 0 FROM payout WHERE final_at IS NOT NULL;
      ANALYZE payout_archived`)
  } finally {
    await client.end()
  }
}

const approver: Actor & { kind: 'user' } = {
  kind: 'user',
  id: staffId(1),
  name: 'Staff 1',
  role: 'approver',
  receiverId: null,
}
const admin: Actor = { ...approver, id: staffId(2), role: 'admin' }
const shop: Actor = {
  kind: 'api_key',
  id: keyId,
  name: 'filled',
  ownerId: staffId(9),
  scopes: ['payouts:read', 'payouts:write'],
}
const desk = (input: Parameters<typeof listDeskPayouts>[2]) => listDeskPayouts(portal.deps, approver, input)
const ask = (externalId: string) =>
  portal.ask({ receiver: { externalId }, destination: { ...sampleRequest.destination, first_name: 'Ada' } })
const someId = async (search: string) =>
  (await portal.deps.payouts.list({ search }, { limit: 1 })).rows[0]?.id ?? ''

/** What each line of the page does. What a worker does at intervals comes from the worker itself. */
const acts: Record<string, () => Promise<unknown>> = {
  'a worker starts: are rows sealed under another key?': () => sealAtStart(portal.deps, stopping.signal),
  'a worker starts: can people of the demo sign in?': () => findDemoPeople(portal.deps),
  'is anything due?': () => portal.deps.monitoring.workDue(),
  'a heartbeat': () => portal.deps.heartbeats.beat('w'),
  'the outbox: mails without a job, and texts to blank': async () => {
    const hooks = { enqueueMail: () => Promise.resolve() }
    const outbox = createMailStore(portal.prisma, hooks, portal.deps.vault as Vault, { keepTexts: false })
    await outbox.unsent(0, 15, 200)
    await outbox.blankDone(15, 1_000)
  },
  'a payout is asked for, by a receiver with many': () => ask(busyReceiver),
  'a payout goes from the request to `paid`': async () => {
    const worker = portal.startWorker()
    try {
      const waiting = await portal.until(await ask(randomUUID()), 'awaiting_approval')
      await approvePayout(portal.deps, await portal.approver(), seen(waiting))
      await portal.until(waiting.id, 'paid')
    } finally {
      await worker.stop()
    }
  },
  'a claim that finds nothing': () => portal.deps.payouts.claimDue('w', 16, 1_000),
  'a callback comes twice': async () => {
    const message = {
      status: 'processing',
      orderId: 'cardzo-777',
      clientOrderId: 'order-777',
      type: 'transfer',
      params: {},
    }
    await portal.deps.callbacks.store(message, null)
    await portal.deps.callbacks.store(message, null)
  },
  'callbacks come, new and again': async () => {
    const { rows } = await portal.deps.payouts.list({ statuses: ['processing'] }, { limit: 10 })
    const never = () => Promise.reject(new Error('left out of its batch'))
    for (const status of ['approved', 'approved', 'declined'])
      await Promise.all(
        rows.map(({ clientOrderId, orderId }) =>
          portal.deps.callbacks.take(
            { status, orderId: orderId ?? '', clientOrderId, type: null, params: {} },
            1_000,
            never,
          ),
        ),
      )
    expect(rows).toHaveLength(10)
  },
  'the risk of a payout of a busy receiver': async () =>
    portal.deps.risk.judging({ id: await someId(busyReceiver), policyVersion: 0 }),
  'what one person approved today, and what nobody had to': async () => {
    await portal.deps.approvals.approvedToday(staffId(1), 'EUR')
    await portal.deps.approvals.autoToday('EUR', keyId)
  },
  metrics: () => portal.deps.monitoring.counts(),
  readiness: async () => {
    await portal.deps.monitoring.workUntaken(60_000)
    await portal.deps.monitoring.migrationsPending()
    await portal.deps.heartbeats.beatWithinMs(60_000)
    await portal.deps.heartbeats.markerUnwritable(60_000)
    await doClocksDiffer(portal.deps)
  },
  'how far a standby is, where lists are read from one': () => {
    const { deps, prisma } = portal
    const { logPlace } = deps.monitoring
    const world = { logPlace, mostLagMs: 30_000, clock: deps.clock, log: deps.log }
    return createStandby(prisma, { standby: deps, primary: deps }, world).health()
  },
  "the API's first page": () => listPayouts(portal.deps, shop, {}),
  "the API's list of a currency and of some days": async () => {
    const days = { from: new Date(Date.now() - 86_400_000), to: new Date() }
    for (const query of [{ currency: 'EUR' }, { currency: 'KWD' }, days, { currency: 'EUR', ...days }]) {
      const page = await listPayouts(portal.deps, shop, query)
      if (!page.ok) throw new Error(page.code)
      if (page.nextCursor !== null)
        await listPayouts(portal.deps, shop, { ...query, cursor: page.nextCursor })
    }
  },
  "the API's other lists": async () => {
    const after = { at: new Date(Date.now() - 3_600_000), id: '7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01' }
    const [receiver] = await portal.deps.receivers.list({ limit: 51, after: undefined })
    if (!receiver) throw new Error('no receiver')
    await portal.deps.receivers.list({ limit: 51, after })
    for (const page of [undefined, after]) {
      await portal.deps.destinations.pageOfReceiver(receiver.id, { limit: 51, after: page })
      await portal.deps.ledger.grants({ after: page }, 51)
      await portal.deps.ledger.grants({ receiverId: receiver.id, after: page }, 51)
    }
  },
  'the desk': () => showDesk(portal.deps, approver),
  'the checklist of a new installation': () => showFirstRun(portal.deps, admin),
  "the desk's list": () => desk({}),
  "the desk's list of three statuses": () =>
    desk({ statuses: ['declined', 'paid', 'requested'], cursor: '9000' }),
  'a search by an id, an e-mail address or four digits': async () => {
    await desk({ search: 'cardzo-777' })
    await desk({ search: 'order-777' })
    await desk({ search: 'receiver3210@example.com' })
    await desk({ search: '4321' })
    await desk({ search: 'nobody at all' })
  },
  'a search by a name that many have': () => desk({ search: 'Ada' }),
  'a search by two letters': () => desk({ search: 'zz' }),
  'a search by the beginning of an id, an amount, a bank or an account': async () => {
    await desk({ search: 'order-777' })
    await desk({ search: '777' })
    await desk({ search: '12.34' })
    await desk({ search: 'bank 7' })
    await desk({ search: 'DE89370400440532013000' })
    await desk({ search: 'invoice 7777' })
  },
  'a search by a word that many have': () => desk({ search: 'north' }),
  "the desk's list by one thing that few have": async () => {
    await desk({ risks: ['high'] })
    await desk({ code: '5' })
    await desk({ bank: 'Bank 7' })
    await desk({ approvedById: staffId(3) })
    await desk({ sources: ['desk'] })
    await desk({ accountLast4: '4321' })
    await desk({ receiverExternalId: busyReceiver })
  },
  "the desk's list of some days": async () => {
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000)
    const [createdFrom, createdBefore] = [ago(100), ago(90)]
    await desk({ createdFrom, createdBefore })
    await desk({ createdFrom, createdBefore, statuses: ['failed'] })
  },
  "the desk's list by several things": async () => {
    await desk({ statuses: ['paid'], sources: ['api'], currency: 'USD', bank: 'Bank 7' })
    await desk({ statuses: ['failed', 'declined'], risks: ['low'], currency: 'EUR', minMinor: 50_000n })
  },
  "the desk's list by amount": async () => {
    await desk({ currency: 'EUR', sort: 'largest' })
    await desk({ currency: 'EUR', sort: 'smallest', statuses: ['paid'], cursor: '50000.500' })
  },
  "the desk's list of who has waited longest": async () => {
    await desk({ sort: 'waiting' })
    await desk({ waitingSince: new Date() })
  },
  'one payout on the desk': async () => showDeskPayout(portal.deps, approver, await someId('cardzo-777')),
  'the inbox of callbacks, and of those to look at': async () => {
    await showCallbacks(portal.deps, approver, { view: 'all' })
    await showCallbacks(portal.deps, approver, { view: 'look' })
    await showRefusedCallbacks(portal.deps, approver, {})
    await showChanged(portal.deps, approver, {})
  },
  'the meter of missed callbacks': () => showMissedCallbacks(portal.deps, approver, { day: '2026-11-20' }),
  'one receiver on the desk': async () => {
    const { rows } = await portal.deps.payouts.list({ receiverExternalId: busyReceiver }, { limit: 1 })
    return showDeskReceiver(portal.deps, approver, { id: rows[0]?.receiver.id ?? '' })
  },
  'payouts of former systems, and whether one is alike': async () => {
    for (const search of ['', 'past-4000', 'old-4000', 'cust-5']) {
      const page = await listImported(portal.deps, approver, { search })
      if (!page.ok) throw new Error(page.code)
      expect(page.data.length).toBeGreaterThan(0)
      if (page.nextCursor !== null)
        await listImported(portal.deps, approver, { search, cursor: page.nextCursor })
    }
    const payout = await portal.payout(await someId('cardzo-4004'))
    expect(await importedOf(portal.deps, approver, payout.receiver.id)).not.toEqual([])
    expect(await paidBefore(portal.deps, approver, payout)).not.toEqual([])
  },
  'when a payout arrives': () => portal.deps.reports.arrival('EUR'),
  'unknown outcomes': () => showUnknown(portal.deps, approver),
  'balances, the latest and by a search': async () => {
    await portal.deps.ledger.searchBalances('', 50)
    await portal.deps.ledger.searchBalances('Ada', 50)
    await portal.deps.ledger.searchBalances('cust-321', 50)
  },
  'the latest grants': () => portal.deps.ledger.grants({}, 50),
}

/** What the page says: by line, how many rows one statement reads at most. */
const lines = new Map(
  [...readFileSync('docs/what-runs-often.md', 'utf8').matchAll(/^\| ([^|]+?) +\|.*\| ([\d,]+) +\|$/gm)].map(
    ([, what = '', rows = '']) => [what, Number(rows.replaceAll(',', ''))],
  ),
)

/** The complaints about what was heard: a large table read from end to end, or more rows than the page says. */
function wrongWith(told: Told[], most: number): string[] {
  return told.flatMap(({ query, scans }) => {
    const rows = scans.reduce((sum, scan) => sum + scan.rows, 0)
    const whole = scans.filter(({ node, table }) => node === 'Seq Scan' && large.has(table))
    const said = query.replaceAll(/\s+/g, ' ').slice(0, 300)
    return [
      ...whole.map(({ table }) => `reads all of ${table}: ${said}`),
      ...(rows > most ? [`reads ${rows} rows, ${most} at most: ${said}`] : []),
    ]
  })
}

/** The comparison asks one question and sees the signal. */
const atIntervals = (signal: AbortSignal) => [
  ...periodicWork(portal.deps, 'w', signal),
  ...dailyWork(portal.deps, 'w', signal),
]

it('the page has a line for everything that a worker does at intervals and that is tried here, and no other', () => {
  const names = [...Object.keys(acts), ...atIntervals(stopping.signal).map(({ name }) => name)]
  expect([...lines.keys()].filter((what) => what !== 'what').sort()).toEqual(names.sort())
})

it('what a worker does at intervals reads no more than the page says', async () => {
  // A minute's worth of payouts has moved.
  const worker = portal.startWorker()
  try {
    const asked = await Promise.all(Array.from({ length: 10 }, () => ask(randomUUID())))
    await Promise.all(asked.map((id) => portal.until(id, 'awaiting_approval')))
  } finally {
    await worker.stop()
  }
  await portal.prisma.$executeRaw`UPDATE money_check SET checked_at = now() - interval '2 minutes'`
  const once = new AbortController()
  for (const { name, run } of atIntervals(once.signal)) {
    heard.take()
    const running = run()
    if (name === 'the comparison with Cardzo') once.abort()
    await running
    const told = heard.take()
    expect(told.length, `${name} was heard`).toBeGreaterThan(0)
    expect({ name, wrong: wrongWith(told, lines.get(name) ?? 0) }).toEqual({ name, wrong: [] })
  }
})

it.each(Object.entries(acts))('%s reads no more than the page says', async (name, act) => {
  heard.take()
  await act()
  const told = heard.take()
  expect(told.length).toBeGreaterThan(0)
  expect(wrongWith(told, lines.get(name) ?? 0)).toEqual([])
})

it('notices a statement that reads a table from end to end, by itself or within a function', async () => {
  heard.take()
  await portal.prisma.$queryRaw`SELECT count(*) FROM payout WHERE description = 'x'`
  await portal.prisma.$executeRawUnsafe(
    `DO $$ BEGIN PERFORM count(*) FROM mail WHERE recipient = 'x'; END $$`,
  )
  expect(wrongWith(heard.take(), 1_000_000).map((said) => said.slice(0, 20))).toEqual([
    'reads all of payout:',
    'reads all of mail: S',
  ])
})
