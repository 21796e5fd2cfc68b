import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMailStore } from '#lib/db/message/mail-store.ts'
import { createTestDatabase } from './database.ts'
import { busyReceiver, fillDatabase, keyId, staffId } from './fill.ts'
import { hearPlans, tellPlans } from './plans.ts'
import type { Told } from './plans.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { listDeskPayouts, listPayouts } from '#lib/services/payout/list-payouts.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { showUnknown } from '#lib/services/settlement/show-unknown.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { findDemoPeople } from '#lib/services/people/remove-demo.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { applyDueAccess } from '#lib/services/people/apply-due-access.ts'
import { remindOfKeys } from '#lib/services/key/remind-of-keys.ts'
import { compareNext, startDailyComparison } from '#lib/services/order/compare-with-cardzo.ts'
import type { Actor } from '#lib/payouts/permissions.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
const payouts = 50_000
const heard = hearPlans()
const approver: Actor = {
  kind: 'user',
  id: staffId(1),
  name: 'x',
  role: 'approver',
  receiverId: null,
} as Actor

beforeAll(async () => {
  const database = await createTestDatabase()
  await fillDatabase(database.url, payouts)
  await tellPlans(database.url)
  portal = await createTestPortal({}, { database })
}, 120_000)
afterAll(async () => {
  heard.stop()
  await portal.close()
})

const big = [
  'payout',
  'payout_event',
  'callback',
  'mail',
  'open_item',
  'approval',
  'auto_approval',
  'ledger_transfer',
  'receiver',
  'destination',
  'audit_event',
  'balance',
  'grant_row',
]
const show = (told: Told[]) => {
  for (const { query, scans } of told) {
    const bad = scans.filter((s) => (s.node === 'Seq Scan' && big.includes(s.table)) || s.rows > 1000)
    if (bad.length > 0) console.log('   ', JSON.stringify(bad), query.replace(/\s+/g, ' ').slice(0, 900))
  }
}
const acts: [string, () => Promise<unknown>][] = [
  ['seal', () => sealAtStart(portal.deps, new AbortController().signal)],
  ['demo', () => findDemoPeople(portal.deps)],
  ['approvable', () => checkApprovable(portal.deps)],
  ['audit seal', () => portal.deps.auditTrail.seal()],
  ['access', () => applyDueAccess(portal.deps)],
  ['keys', () => remindOfKeys(portal.deps)],
  ['money whole', () => portal.deps.ledger.checkUnlessRecent(0)],
  ['money', () => portal.deps.ledger.checkUnlessRecent(0)],
  ['compare', () => portal.prisma.$executeRaw`SELECT 1`],
  ['start comparison', () => portal.deps.comparisons.startDaily(0)],
  ['compare next', () => compareNext(portal.deps, 'w')],
  ['compare next', () => compareNext(portal.deps, 'w')],
  ['metrics', () => portal.deps.monitoring.counts()],
  ['list', () => listDeskPayouts(portal.deps, approver, {})],
  [
    'list 2',
    () =>
      listDeskPayouts(portal.deps, approver, {
        statuses: ['declined', 'paid', 'requested'],
        cursor: '20000',
      }),
  ],
  ['search id', () => listDeskPayouts(portal.deps, approver, { search: 'order-777' })],
  ['search last4', () => listDeskPayouts(portal.deps, approver, { search: '4321' })],
  ['search rare', () => listDeskPayouts(portal.deps, approver, { search: 'receiver4321@example.com' })],
  ['search name', () => listDeskPayouts(portal.deps, approver, { search: 'Ada 3' })],
  ['search common', () => listDeskPayouts(portal.deps, approver, { search: 'Ada' })],
  ['search busy', () => listDeskPayouts(portal.deps, approver, { search: busyReceiver })],
  ['search short', () => listDeskPayouts(portal.deps, approver, { search: 'zz' })],
  [
    'api list',
    () =>
      listPayouts(
        portal.deps,
        { kind: 'api_key', id: keyId, name: 'x', ownerId: staffId(9), scopes: ['payouts:read'] } as Actor,
        {},
      ),
  ],
  ['balances', () => portal.deps.ledger.searchBalances('', 50)],
  ['balances', () => portal.deps.ledger.searchBalances('Ada', 50)],
  ['balances', () => portal.deps.ledger.searchBalances('cust-4321', 50)],
  ['grants', () => portal.deps.ledger.grants({}, 50)],
  ['desk', () => showDesk(portal.deps, approver, {})],
  ['unknown', () => showUnknown(portal.deps, approver)],
  [
    'desk payout',
    async () =>
      showDeskPayout(
        portal.deps,
        approver,
        (await portal.deps.payouts.list({}, { limit: 1 })).rows[0]?.id ?? '',
      ),
  ],
  ['approved today', () => portal.deps.approvals.approvedToday(staffId(1), 'EUR')],
  ['auto today', () => portal.deps.approvals.autoToday('EUR', null)],
  [
    'risk busy',
    async () => {
      const p = (await portal.deps.payouts.list({ search: busyReceiver }, { limit: 1 })).rows[0]
      await portal.deps.risk.judging({ id: p?.id ?? '', policyVersion: 0 })
    },
  ],
  ['overdue', () => portal.deps.payouts.overdue(1000, 100)],
  [
    'mail',
    () => {
      const m = createMailStore(
        portal.prisma,
        { enqueueMail: () => Promise.resolve() },
        portal.deps.vault as never,
        { keepTexts: false },
      )
      return m.unsent(1, 15, 100).then(() => m.blankDone(15, 100))
    },
  ],
  ['create', () => portal.ask({ receiver: { externalId: busyReceiver } })],
  [
    'life',
    async () => {
      const worker = portal.startWorker()
      const id = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
      try {
        await portal.until(id, 'awaiting_approval')
      } finally {
        await worker.stop()
      }
    },
  ],
]
it.each(acts)('%s', async (name, act) => {
  heard.take()
  const t = performance.now()
  await act()
  const told = heard.take()
  const most = told.map(({ scans }) => scans.reduce((sum, { rows }) => sum + rows, 0))
  console.log(name, Math.round(performance.now() - t), 'ms', told.length, 'plans; most', Math.max(0, ...most))
  show(told)
  expect(1).toBe(1)
})
