/** What waits for whom: the three tabs of the desk, checked against a count that shares no code with them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { takeItem } from '#lib/services/desk/take-item.ts'
import { dropPayout, takePayout } from '#lib/services/desk/take-payout.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import type { Payout, QueueTab } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { readQueue } from './approval-queue.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
type Person = Actor & { kind: 'user' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  const two = { ...plainCurrency, rules: [{ name: 'Two', source: 'any' as const, from: '0', approvers: 2 }] }
  await portal.deps.policy.set({ currencies: { EUR: two, USD: two }, risk: {} }, 'for these tests', operator)
  portal.startWorker()
})
afterAll(() => portal.close())

async function person(role: 'approver' | 'clerk' | 'auditor'): Promise<Person> {
  const id = randomUUID()
  await portal.deps.people.createUser(
    { id, email: `${id}@example.com`, name: role, role, passwordHash: null, totpSecret: null },
    operator,
  )
  return { kind: 'user', id, role, name: role, receiverId: null }
}

async function waiting(more: Record<string, unknown> = {}): Promise<Payout> {
  const receiver = { ...sampleRequest.receiver, externalId: randomUUID() }
  return portal.until(await portal.ask({ receiver, ...more }), 'awaiting_approval')
}

/** Through this person's API key. */
async function byOwnKey({ id: ownerId }: Person): Promise<Payout> {
  const id = randomUUID()
  await portal.prisma.apiKey.create({ data: { id, name: 'own', keyHash: randomUUID(), ownerId } })
  const key: Actor = { kind: 'api_key', id, name: 'own', ownerId, scopes: apiScopes }
  const made = await createPayout(portal.deps, key, { idempotencyKey: randomUUID(), body: sampleRequest })
  if (!made.ok) throw new Error(made.code)
  return portal.until(made.payout.id, 'awaiting_approval')
}

/** The independent count. */
async function counted(
  { id }: Person,
  db: Pick<typeof portal.prisma, '$queryRaw'> = portal.prisma,
): Promise<Record<QueueTab, number>> {
  const [counts] = await db.$queryRaw<Record<QueueTab, number>[]>`
    SELECT count(*)::int AS "all",
      count(*) FILTER (WHERE role = 'approver' AND NOT own AND NOT agreed)::int AS mine,
      count(*) FILTER (WHERE own OR agreed)::int AS others
    FROM (
      SELECT w.role,
        (w.id = p.requested_by_id OR w.id = (SELECT owner_id FROM api_key WHERE api_key.id = p.api_key_id)
          OR w.receiver_id = p.receiver_id) IS TRUE AS own,
        EXISTS (SELECT 1 FROM approval WHERE payout_id = p.id AND approver_id = w.id AND voided_at IS NULL) AS agreed
      FROM payout p, app_user w WHERE w.id = ${id}::uuid AND p.status = 'awaiting_approval') AS each`
  if (!counts) throw new Error('no counts')
  return counts
}

async function desk(actor: Actor, tab?: QueueTab) {
  const shown = await showDesk(portal.deps, actor, tab === undefined ? {} : { tab })
  if (!shown.ok) throw new Error(shown.code)
  return shown.queue
}
const idsOf = (queue: Awaited<ReturnType<typeof desk>>) => queue.rows.map(({ payout }) => payout.id)

describe('the three tabs', () => {
  it('sort what waits by whose turn it is, with sums and what is missing', async () => {
    const [ana, ben, clerk] = [await person('approver'), await person('approver'), await person('clerk')]
    const first = await waiting()
    const agreed = await waiting({ amount: '20.00' })
    const own = await byOwnKey(ana)
    const dollars = await waiting({ currency: 'USD' })
    expect(await approvePayout(portal.deps, ana, seen(agreed))).toMatchObject({ ok: true })

    const mine = await desk(ana)
    expect(mine.tab).toBe('mine')
    expect(idsOf(mine)).toEqual([first.id, dollars.id])
    expect(mine.counts).toEqual({ mine: 2, others: 2, all: 4 })
    expect(mine.sums).toEqual([
      { currency: 'EUR', count: 1, amountMinor: 10_050n },
      { currency: 'USD', count: 1, amountMinor: 10_050n },
    ])
    const others = await desk(ana, 'others')
    expect(
      others.rows.map(({ payout, given, needed, agreed: did, own: theirs }) => [
        payout.id,
        given,
        needed,
        did,
        theirs,
      ]),
    ).toEqual([
      [own.id, 0, 2, false, true],
      [agreed.id, 1, 2, true, false],
    ])
    expect(idsOf(await desk(ana, 'all'))).toEqual([first.id, own.id, dollars.id, agreed.id])

    // For the other approver everything is theirs to decide; one agreement is there already.
    expect((await desk(ben)).counts).toEqual({ mine: 4, others: 0, all: 4 })
    expect((await desk(ben)).rows.map(({ given }) => given)).toEqual([0, 0, 0, 1])
    // A clerk has nothing to decide, and waits for what they entered.
    const entered = await enterPayout(portal.deps, clerk, {
      formId: randomUUID(),
      amount: '10.00',
      currency: 'EUR',
      destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
      receiver: { externalId: randomUUID(), firstName: 'Ada' },
    })
    if (!entered.ok) throw new Error(entered.code)
    await portal.until(entered.payoutId, 'awaiting_approval')
    expect(await desk(clerk)).toMatchObject({ tab: 'all', counts: { mine: 0, others: 1, all: 5 } })
    expect((await desk(await person('auditor'))).counts).toEqual({ mine: 0, others: 0, all: 5 })
    for (const who of [ana, ben, clerk]) expect((await desk(who)).counts).toEqual(await counted(who))
  })

  it('treat a person’s second account as the same person, and count an approval only while it is valid', async () => {
    const [ana, double] = [await person('approver'), await person('approver')]
    const me = await portal.deps.people.findUser(ana.id)
    await portal.prisma.user.update({ where: { id: double.id }, data: { personId: me?.personId ?? '' } })
    const before = (await desk(double)).counts
    const own = await byOwnKey(ana)
    const payout = await waiting()
    await approvePayout(portal.deps, ana, seen(payout))
    expect(idsOf(await desk(double, 'others')).slice(-2)).toEqual([own.id, payout.id])
    expect((await desk(double)).counts).toEqual({
      mine: before.mine,
      others: before.others + 2,
      all: before.all + 2,
    })
    await undoApproval(portal.deps, ana, payout)
    expect(idsOf(await desk(double))).toContain(payout.id)
    const ben = await person('approver')
    await approvePayout(portal.deps, ben, seen(payout))
    await portal.prisma.$transaction([
      portal.prisma.$executeRaw`UPDATE app_user SET role = 'clerk' WHERE id = ${ben.id}::uuid`,
    ])
    const row = (await desk(double)).rows.find((one) => one.payout.id === payout.id)
    expect(row?.given).toBe(0)
  })

  it('begin with what costs the most to leave waiting, and say why', async () => {
    const ana = await person('approver')
    const others = new Set((await desk(ana)).rows.map(({ payout }) => payout.id))
    const usual = await waiting({ currency: 'JPY', amount: '1000' })
    const old = await waiting({ currency: 'JPY', amount: '1000' })
    const large = await waiting({ currency: 'JPY', amount: '9000' })
    const ending = await waiting({ currency: 'JPY', amount: '1000' })
    const set = (id: string, hours: number, leftHours: number) =>
      portal.prisma.$executeRaw`
        UPDATE payout SET stage_since = now() - (${hours} - 0.5) * interval '1 hour', expires_at = now() + ${leftHours} * interval '1 hour'
        WHERE id = ${id}::uuid`
    await set(usual.id, 2, 100)
    await set(old.id, 7, 100)
    await set(large.id, 2, 100)
    // Four times for its last day.
    await set(ending.id, 4, 20)
    const shown = (await desk(ana)).rows.filter(({ payout }) => !others.has(payout.id))
    // Hours by share of the average of 3,000 by urgency: 4 x 1/3 x 4, 2 x 3, 7 x 1/3, 2 x 1/3.
    expect(shown.map(({ payout, because }) => [payout.id, because])).toEqual([
      [large.id, 'amount'],
      [ending.id, 'deadline'],
      [old.id, 'age'],
      [usual.id, 'age'],
    ])
    // What somebody else looks at comes last, as long as they do; for themselves it stays.
    const ben = await person('approver')
    expect(await takePayout(portal.deps, ben, large)).toEqual({ ok: true })
    const rows = (await desk(ana)).rows
    expect(rows.at(-1)?.payout.id).toBe(large.id)
    expect(rows.at(-1)?.taken).toMatchObject({ userId: ben.id, name: 'approver' })
    const own = (await desk(ben)).rows.filter(({ payout }) => !others.has(payout.id))
    expect(own[0]?.payout.id).toBe(large.id)
  })

  it('are taken by one of two people, until they give it back, their time is over or it no longer waits', async () => {
    const [ana, ben] = [await person('approver'), await person('approver')]
    const payout = await waiting()
    const both = await Promise.all([ana, ben].map((who) => takePayout(portal.deps, who, payout)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    const [has, lacks] = both[0]?.ok ? [ana, ben] : [ben, ana]
    const takenOf = async () =>
      (await desk(ana)).rows.find((row) => row.payout.id === payout.id)?.taken?.userId ?? null
    expect(await takenOf()).toBe(has.id)
    expect(await takePayout(portal.deps, has, payout)).toEqual({ ok: true })
    expect(await dropPayout(portal.deps, lacks, payout)).toMatchObject({ code: 'item_taken' })
    expect(await dropPayout(portal.deps, has, payout)).toEqual({ ok: true })
    expect(await takenOf()).toBeNull()

    expect(await takePayout(portal.deps, has, payout)).toEqual({ ok: true })
    await portal.prisma
      .$executeRaw`UPDATE payout_taken SET until = now() WHERE payout_id = ${payout.id}::uuid`
    expect(await takenOf()).toBeNull()
    expect(await takePayout(portal.deps, lacks, payout)).toEqual({ ok: true })
    expect(await takenOf()).toBe(lacks.id)
    // It keeps nobody from deciding.
    expect(await rejectPayout(portal.deps, has, { ...payout, reason: 'No' })).toMatchObject({ ok: true })
    expect(await takePayout(portal.deps, lacks, payout)).toMatchObject({ code: 'item_taken' })
  })

  it('are what the list calls “needs me”, with what a person has taken on, whatever its status', async () => {
    const [ana, ben, clerk] = [await person('approver'), await person('approver'), await person('clerk')]
    const [one, agreed, own, over] = [await waiting(), await waiting(), await byOwnKey(ana), await waiting()]
    await approvePayout(portal.deps, ana, seen(agreed))
    await rejectPayout(portal.deps, ben, { ...over, reason: 'No' })
    const list = async (who: Person) => {
      const page = await listDeskPayouts(portal.deps, who, { needsMe: true, sort: 'oldest', limit: 500 })
      if (!page.ok) throw new Error(page.code)
      expect(page.sums?.reduce((all, { count }) => all + count, 0)).toBe(page.rows.length)
      return page.rows.map(({ id }) => id)
    }
    const mine = await list(ana)
    expect(mine.sort()).toEqual(idsOf(await desk(ana, 'mine')).sort())
    expect(mine).toContain(one.id)
    for (const other of [agreed, own, over]) expect(mine).not.toContain(other.id)
    expect(await list(clerk)).toEqual([])

    const item = { kind: 'paid_after_end', severity: 'critical', what: 'x', why: 'x' } as const
    await portal.deps.items.open(item, over.id)
    const [opened] = await portal.deps.items.list({ payoutId: over.id })
    expect(await takeItem(portal.deps, clerk, { id: opened?.id ?? '', seenOwnerId: null })).toEqual({
      ok: true,
    })
    expect(await list(clerk)).toEqual([over.id])
    expect(await list(ana)).not.toContain(over.id)
  })

  it('say why a payout cannot be approved with others', async () => {
    const ana = await person('approver')
    const payout = await waiting()
    // The database keeps the source; the test needs another one.
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.payout.update({
        where: { id: payout.id },
        data: {
          gatewayAmount: '7.00',
          source: 'desk',
          risk: {
            level: 'medium',
            at: '',
            checks: [{ id: 'same_request', level: 'medium', evidence: '', clearedBy: '' }],
          },
        },
      })
    })
    const row = (await desk(ana)).rows.find((one) => one.payout.id === payout.id)
    expect(row).toMatchObject({ blocked: true, needsNote: true })
  })

  it('equal an independent count of the same instant while rows change', async () => {
    const [ana, ben] = [await person('approver'), await person('approver')]
    let running = true
    const churn = async () => {
      while (running) {
        const payouts = await Promise.all([waiting(), waiting(), byOwnKey(ana)])
        const [first, second, own] = payouts
        await approvePayout(portal.deps, ana, seen(first))
        await rejectPayout(portal.deps, ben, { ...second, reason: 'No' })
        await approvePayout(portal.deps, ben, seen(own))
        await undoApproval(portal.deps, ana, first)
      }
    }
    const changing = Promise.all([churn(), churn()])
    for (let look = 0; look < 200; look++) {
      // Both counts see the same instant: the transaction's.
      const [shown, independent] = await portal.prisma.$transaction(
        async (tx) => [
          await readQueue(tx, { userId: ana.id, decides: true }, 'mine', 500),
          await counted(ana, tx),
        ],
        { isolationLevel: 'RepeatableRead' },
      )
      expect(shown.counts).toEqual(independent)
      expect(shown.rows).toHaveLength(independent.mine)
      expect(shown.counts.mine + shown.counts.others).toBe(shown.counts.all)
    }
    running = false
    await changing
    expect((await desk(ana)).counts).toEqual(await counted(ana))
  })

  it('nothing of all this was a bug', () => expect(portal.errors).toEqual([]))
})
