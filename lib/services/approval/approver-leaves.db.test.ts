/** When an approver leaves: which payouts nobody could approve, shown beforehand, and until somebody can again. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { voidAllOf } from '#lib/db/approval/approval-store.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { changeRole } from '#lib/services/people/change-role.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { approvePayout } from './approve-payout.ts'
import { checkApprovable } from './check-approvable.ts'
import { previewLeaving } from './preview-leaving.ts'
import { rejectPayout } from './reject-payout.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: User
let ben: User
let worker: { stop: () => Promise<void> }
beforeEach(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ sendDelayS: { '*': 3600 } }, operator)
  const own = { autoApprove: { below: '10.00', sources: ['api' as const] }, rules: [], limits: noLimits }
  const large = { name: 'Large', source: 'any' as const, from: '1000.00', approvers: 2 }
  const currencies = {
    EUR: { ...own, rules: [large] },
    USD: { ...own, limits: { ...noLimits, approverDay: '500.00' } },
  }
  await portal.deps.policy.set({ currencies, risk: {} }, 'start', operator)
  worker = portal.startWorker()
  ana = await person('Ana')
  ben = await person('Ben')
})
afterEach(() => portal.close())

async function person(name: string, role: Role = 'approver', personId?: string): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  await portal.deps.people.createUser(draft, operator)
  if (personId !== undefined) await portal.prisma.user.update({ where: { id }, data: { personId } })
  return { kind: 'user', id, role, name, receiverId: null }
}

const receiver = { externalId: 'cust-1', firstName: 'Ada', lastName: 'Nowak' }
const waiting = async (amount = '100.50', more: object = {}) =>
  portal.until(await portal.ask({ amount, receiver, ...more }), 'awaiting_approval')

/** Asked for through this person's API key. */
async function byKeyOf(owner: User) {
  const id = randomUUID()
  await portal.prisma.apiKey.create({ data: { id, name: 'own', keyHash: randomUUID(), ownerId: owner.id } })
  const key: Actor = { kind: 'api_key', id, name: 'own', ownerId: owner.id, scopes: apiScopes }
  const made = await createPayout(portal.deps, key, {
    idempotencyKey: randomUUID(),
    body: { ...sampleRequest, receiver },
  })
  if (!made.ok) throw new Error(made.code)
  return portal.until(made.payout.id, 'awaiting_approval')
}

const preview = async ({ id }: { id: string }) => {
  const answer = await previewLeaving(portal.deps, operator, { userId: id })
  if (!answer.ok) throw new Error(answer.code)
  return { approvals: answer.approvals, blocked: answer.blocked.map((one) => one.id).sort() }
}
const itemsOf = async (payoutId: string) =>
  (await portal.deps.items.list({ payoutId })).filter(({ kind }) => kind === 'approval_blocked')
const openItemsOf = async (payoutId: string) =>
  (await itemsOf(payoutId)).filter(({ closedAt }) => closedAt === null)

describe('before somebody leaves', () => {
  it('names the payouts that too few people could approve, and the approvals that would be lost', async () => {
    const small = await waiting()
    const big = await waiting('2000.00')
    const bens = await byKeyOf(ben)
    expect(await preview(ana)).toEqual({ approvals: 0, blocked: [big.id, bens.id].sort() })
    expect(await preview(ben)).toEqual({ approvals: 0, blocked: [big.id] })
    await approvePayout(portal.deps, ana, seen(small))
    await approvePayout(portal.deps, ana, seen(big))
    expect(await preview(ana)).toEqual({ approvals: 2, blocked: [big.id, bens.id].sort() })
    // With a third approver nobody is missed, except where two are needed and one of them may not.
    await person('Cy')
    expect(await preview(ana)).toEqual({ approvals: 2, blocked: [] })
    expect(await portal.payout(big.id)).toMatchObject({ status: 'awaiting_approval' })
  })

  it('says the amounts and receivers', async () => {
    const big = await waiting('2000.00')
    expect(await previewLeaving(portal.deps, operator, { userId: ana.id })).toEqual({
      ok: true,
      approvals: 0,
      blocked: [{ id: big.id, amountMinor: 200_000n, currency: 'EUR', receiverName: 'Ada Nowak' }],
    })
  })

  it('counts people, not accounts', async () => {
    const { personId } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ana.id } })
    const her = await person('Ana too', 'approver', personId)
    const small = await waiting()
    await portal.deps.people.disableUser(ben.id, operator)
    expect((await preview(ana)).blocked).toEqual([])
    await portal.deps.people.disableUser(her.id, operator)
    expect((await preview(ana)).blocked).toEqual([small.id])
  })

  it('treats what was not judged yet as its policy will, and leaves out what needs nobody', async () => {
    await worker.stop()
    const big = await portal.ask({ amount: '2000.00', receiver })
    await portal.ask({ amount: '5.00', receiver })
    expect((await preview(ana)).blocked).toEqual([big])
  })

  it('is empty for somebody who approves nothing', async () => {
    await waiting('2000.00')
    expect(await preview(await person('Clara', 'clerk'))).toEqual({ approvals: 0, blocked: [] })
    expect(await previewLeaving(portal.deps, operator, { userId: randomUUID() })).toMatchObject({
      code: 'not_found',
    })
    expect(await previewLeaving(portal.deps, operator, { userId: 'x' })).toMatchObject({ code: 'not_found' })
  })
})

describe('when somebody has left', () => {
  it('what nobody can approve is an open item at once, says who could help, and closes when somebody can again', async () => {
    const big = await waiting('2000.00')
    const { email } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ben.id } })
    const left = await disableUser(portal.deps, operator, { email })
    expect(left).toMatchObject({ ok: true, blocked: [{ id: big.id }] })
    const [item, ...others] = await openItemsOf(big.id)
    expect(others).toEqual([])
    expect(item).toMatchObject({ severity: 'warning', data: { needed: 2, given: 0, left: 1 } })
    expect(item?.why).toContain('still needs 2 more approvals, and 1 can be asked')
    expect(item?.why).toContain('An administrator can give another person the role')
    // The next look finds the same item, and no news.
    expect(await checkApprovable(portal.deps)).toEqual({ opened: 0, closed: 0 })
    expect((await openItemsOf(big.id)).map(({ id, seen: times }) => [id, times])).toEqual([[item?.id, 1]])
    await person('Cy')
    expect(await checkApprovable(portal.deps)).toEqual({ opened: 0, closed: 1 })
    expect(await openItemsOf(big.id)).toEqual([])
  })

  it('so is what lost its approver to another role, until they are one again', async () => {
    const big = await waiting('2000.00')
    const become = (role: Role) => changeRole(portal.deps, operator, { userId: ben.id, role, code: '' })
    expect(await become('clerk')).toMatchObject({ ok: true })
    expect(await openItemsOf(big.id)).toHaveLength(1)
    expect(await become('approver')).toMatchObject({ ok: true })
    expect(await openItemsOf(big.id)).toEqual([])
  })

  it('an approval that was lost with its approver is missing', async () => {
    const big = await waiting('2000.00')
    await approvePayout(portal.deps, ana, seen(big))
    expect(await checkApprovable(portal.deps)).toEqual({ opened: 0, closed: 0 })
    await portal.prisma.user.update({ where: { id: ana.id }, data: { role: 'clerk' } })
    await portal.prisma.$transaction((tx) => voidAllOf(tx, ana.id, 'No approver any more.'))
    expect(await checkApprovable(portal.deps)).toEqual({ opened: 1, closed: 0 })
    expect(await openItemsOf(big.id)).toHaveLength(1)
  })

  it('the item closes with the payout', async () => {
    const bens = await byKeyOf(ben)
    await portal.deps.people.disableUser(ana.id, operator)
    await checkApprovable(portal.deps)
    expect(await openItemsOf(bens.id)).toHaveLength(1)
    await rejectPayout(portal.deps, await person('Cy'), { ...bens, reason: 'no' })
    await checkApprovable(portal.deps)
    expect(await openItemsOf(bens.id)).toEqual([])
    expect(await itemsOf(bens.id)).toHaveLength(1)
  })

  it("nobody can approve more than an approver's daily limit, and the item says so", async () => {
    const big = await waiting('500.01', { currency: 'USD' })
    const exact = await waiting('500.00', { currency: 'USD' })
    await checkApprovable(portal.deps)
    expect((await openItemsOf(big.id))[0]?.why).toContain(
      '500.01 USD is more than one approver may approve on one day',
    )
    expect(await openItemsOf(exact.id)).toEqual([])
  })
})
