/** A payout that is late is told to approvers and admins: once, and when they want to be told. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { chooseMailRhythm } from '#lib/services/message/choose-mail-rhythm.ts'
import { sendDigests } from '#lib/services/message/send-digests.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import type { Leased } from '#lib/services/ports.ts'
import { nothingUnusual } from '#lib/services/testing/samples.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { openStuckItem } from './stuck-item.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const hour = 3_600_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
let worker: { stop: () => Promise<void> }
beforeEach(async () => {
  portal = await createTestPortal()
  worker = portal.startWorker()
})
afterEach(async () => {
  await worker.stop()
  await portal.close()
})

async function person(role: Role): Promise<User & { email: string }> {
  const id = randomUUID()
  const email = `${id}@example.com`
  await portal.deps.people.createUser(
    { id, email, name: role, role, passwordHash: null, totpSecret: null },
    operator,
  )
  return { kind: 'user', id, role, name: role, receiverId: null, email }
}
const waiting = async () => portal.until(await portal.ask(), 'awaiting_approval')

/** A look at the payout as it is, some hours after it came into its status. */
async function look(id: string, hours: number, deps = portal.deps): Promise<void> {
  const payout = await portal.payout(id)
  const now = new Date(payout.stageSince.getTime() + hours * hour)
  const leased: Leased = {
    payout,
    now,
    lease: { payoutId: id, workerId: 'test', fence: 0n },
    seen: nothingUnusual,
  }
  await openStuckItem(deps, leased)
}
const itemsOf = async (payoutId: string) =>
  (await portal.deps.items.list({ payoutId })).filter(({ kind }) => kind === 'stuck')
const lateMails = async (payoutId: string | null, { email }: { email: string }) =>
  (await portal.prisma.mail.findMany({ where: { payoutId, recipient: email } })).filter(
    ({ subject, dedupeKey }) => subject.startsWith('Late') || dedupeKey.startsWith('digest'),
  )
const passTime = () => portal.prisma.$executeRaw`UPDATE mail_digest SET due_at = now() - interval '1 second'`

it('what waits too long for approval is told to approvers and admins once, by the setting', async () => {
  const [approver, admin, clerk] = [await person('approver'), await person('admin'), await person('clerk')]
  const { id } = await waiting()
  await look(id, 23)
  expect(await itemsOf(id)).toEqual([])
  await look(id, 25)
  await look(id, 26)
  expect(await itemsOf(id)).toMatchObject([{ seen: 2, data: { status: 'awaiting_approval' } }])
  for (const who of [approver, admin])
    expect(await lateMails(id, who)).toMatchObject([{ subject: 'Late: 100.50 EUR', heldUntil: null }])
  expect(await lateMails(id, clerk)).toEqual([])
  const [mail] = await lateMails(id, admin)
  expect((await portal.deps.mails.find(mail?.id ?? ''))?.text).toContain('Approve it or reject it')

  const soon = await waiting()
  await portal.deps.settings.change({ approvalLateH: 2 }, operator)
  await look(soon.id, 3)
  expect(await itemsOf(soon.id)).toHaveLength(1)
  // It closes with the wait.
  await rejectPayout(portal.deps, approver, { ...soon, reason: 'no' })
  expect((await itemsOf(soon.id)).every(({ closedAt }) => closedAt !== null)).toBe(true)
})

it('a digest has what is still late, and for approvers what waits', async () => {
  const [approver, admin] = [await person('approver'), await person('admin')]
  for (const who of [approver, admin])
    expect(
      await chooseMailRhythm(portal.deps, who, { pace: 'daily', quietFrom: '', quietUntil: '', zone: 'UTC' }),
    ).toEqual({ ok: true })
  const [late, decided] = [await waiting(), await waiting()]
  await look(late.id, 25)
  await look(decided.id, 25)
  await rejectPayout(portal.deps, await person('approver'), { ...decided, reason: 'no' })
  expect((await lateMails(late.id, admin))[0]?.heldUntil).not.toBeNull()
  await passTime()
  await sendDigests(portal.deps)
  const textFor = async (who: { email: string }) => {
    const [digest, ...more] = await lateMails(null, who)
    expect(more).toEqual([])
    const mail = await portal.deps.mails.find(digest?.id ?? '')
    return `${mail?.subject ?? ''}: ${mail?.text ?? ''}`
  }
  expect(await textFor(admin)).toContain('1 payout is late: These are taking longer than usual:')
  expect(await textFor(approver)).toContain('1 payout is waiting for approval: The bank has confirmed')
  for (const who of [approver, admin]) expect((await textFor(who)).match(/100\.50 EUR/g)).toHaveLength(1)
})

it('how long Cardzo may take is learned from how long payouts took here', async () => {
  portal.gateway.afterPay = (order) => {
    order.status = 'processing'
  }
  const admin = await person('admin')
  const payout = await waiting()
  await portal.deps.settings.change({ sendDelayS: { '*': 0 } }, operator)
  await approvePayout(portal.deps, await portal.approver(), seen(payout))
  await portal.until(payout.id, 'processing')
  const knowing = (p95Ms: number) => ({
    ...portal.deps,
    reports: { ...portal.deps.reports, arrival: () => Promise.resolve({ count: 20, p50Ms: 1, p95Ms }) },
  })
  await look(payout.id, 2, knowing(hour))
  expect(await itemsOf(payout.id)).toEqual([])
  // Nothing is known of so few payouts, so it is an hour.
  await look(payout.id, 2)
  expect(await itemsOf(payout.id)).toMatchObject([{ severity: 'high', data: { status: 'processing' } }])
  expect(await lateMails(payout.id, admin)).toHaveLength(1)
})
