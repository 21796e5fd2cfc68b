/** A rule that asks for a role: one of those who approve must be an administrator too, by another account of the same person. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { rehearsePolicy } from '#lib/services/policy/rehearse-policy.ts'
import type { Payout } from '#lib/services/ports.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { approveMany, hashOfSet } from './approve-many.ts'
import { approvePayout } from './approve-payout.ts'
import { checkApprovable } from './check-approvable.ts'
import { previewLeaving } from './preview-leaving.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }

const asking = (approvers: number) => ({
  autoApprove: { below: '0', sources: [] },
  rules: [{ name: 'Large', source: 'any' as const, from: '0', approvers, role: 'admin' as const }],
  limits: noLimits,
})
/** In dollars one approver is enough, if it is the right one. */
const policy = (approvers: number) => ({ currencies: { EUR: asking(approvers), USD: asking(1) }, risk: {} })

let portal: Awaited<ReturnType<typeof createTestPortal>>
let [ana, ben, cy, boss]: User[] = []
beforeEach(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ sendDelayS: { '*': 3600 } }, operator)
  await portal.deps.policy.set(policy(2), 'start', operator)
  portal.startWorker()
  ana = await person('Ana')
  ben = await person('Ben')
  cy = await person('Cy')
  boss = await person('Cy too', 'admin', cy)
})
afterEach(() => portal.close())

async function person(name: string, role: Role = 'approver', sameAs?: User): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  await portal.deps.people.createUser(draft, operator)
  if (sameAs) {
    const { personId } = await portal.prisma.user.findUniqueOrThrow({ where: { id: sameAs.id } })
    await portal.prisma.user.update({ where: { id }, data: { personId } })
  }
  return { kind: 'user', id, role, name, receiverId: null }
}
const some = <T>(one: T | undefined): T => {
  if (one === undefined) throw new Error('Bug: nobody')
  return one
}

const waiting = async (currency = 'EUR') =>
  portal.until(
    await portal.ask({
      currency,
      receiver: { externalId: randomUUID(), firstName: 'Ada', lastName: 'Nowak' },
    }),
    'awaiting_approval',
  )
const approve = async (by: User | undefined, payout: Payout) => {
  const answer = await approvePayout(portal.deps, some(by), seen(payout))
  return answer.ok ? answer.payout.status : answer.code
}
const letGo = (id: string) =>
  portal.prisma
    .$executeRaw`WITH woken AS (UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()) WHERE payout_id = ${id}::uuid)
      UPDATE payout SET send_after = now() - interval '1 second' WHERE id = ${id}::uuid`
const disable = (user: User | undefined) => portal.deps.people.disableUser(some(user).id, operator)
const tabsOf = async (user: User | undefined) => {
  const shown = await showDesk(portal.deps, some(user))
  if (!shown.ok) throw new Error(shown.code)
  return shown.queue.counts
}

describe('one of the approvers must be an administrator too', () => {
  it('refuses the second approver without that role, and is paid once somebody with it agrees', async () => {
    const payout = await waiting()
    expect(payout.policyNote?.demands).toMatchObject([{ rule: 'Large', approvers: 2, role: 'admin' }])
    expect(await approve(boss, payout)).toBe('forbidden')
    expect(await approve(ana, payout)).toBe('awaiting_approval')
    expect(await approvePayout(portal.deps, some(ben), seen(payout))).toMatchObject({
      code: 'role_needed',
      detail: { code: 'roleNeeded', role: 'admin' },
    })
    expect(await tabsOf(ben)).toEqual({ mine: 0, others: 1, all: 1 })
    expect(await tabsOf(cy)).toEqual({ mine: 1, others: 0, all: 1 })
    expect(await showDeskPayout(portal.deps, some(ben), payout.id)).toMatchObject({
      roleNeeded: 'admin',
      buttons: ['reject'],
    })
    expect(await showDeskPayout(portal.deps, some(cy), payout.id)).toMatchObject({
      roleNeeded: null,
      buttons: ['approve', 'reject'],
    })
    expect(await approve(cy, payout)).toBe('approved')
    await letGo(payout.id)
    await portal.until(payout.id, 'paid')
    expect(portal.errors).toEqual([])
  })

  it('takes both in any order, and leaves it out of a set for those who lack the role', async () => {
    const payout = await waiting()
    expect(await approve(cy, payout)).toBe('awaiting_approval')
    const set = [{ id: payout.id, contentHash: payout.contentHash }]
    const single = await waiting('USD')
    const both = [...set, { id: single.id, contentHash: single.contentHash }]
    expect(
      await approveMany(portal.deps, some(ben), { seen: both, setHash: hashOfSet(both), code: '123456' }),
    ).toMatchObject({
      ok: true,
      approved: [{ id: payout.id, status: 'approved' }],
      skipped: [{ id: single.id, code: 'role_needed' }],
    })
  })

  it('two at once: one with the role and one without are enough, in whichever order they come', async () => {
    const payout = await waiting()
    const [first, second] = await Promise.all([approve(ana, payout), approve(cy, payout)])
    expect([first, second].sort()).toEqual(['approved', 'awaiting_approval'])
  })

  it('is not sent when the role is gone: back to people, and the database refuses the claim as well', async () => {
    const payout = await waiting()
    await approve(ana, payout)
    expect(await approve(cy, payout)).toBe('approved')
    await disable(boss)
    await portal.prisma.$executeRaw`UPDATE payout SET send_after = NULL WHERE id = ${payout.id}::uuid`
    await expect(
      portal.prisma
        .$executeRaw`UPDATE payout SET status = 'paying', version = version + 1, validated_at = now() WHERE id = ${payout.id}::uuid`,
    ).rejects.toThrow('lacks an approver who is also admin')
    await letGo(payout.id)
    await portal.until(payout.id, 'awaiting_approval')
    // Enough people have agreed, so only somebody with the role can add to it.
    expect(await approve(ben, payout)).toBe('role_needed')
    const dee = await person('Dee')
    await person('Dee too', 'admin', dee)
    expect(await approve(dee, payout)).toBe('approved')
    await letGo(payout.id)
    await portal.until(payout.id, 'paid')
  })
})

describe('when the one with the role leaves', () => {
  it('says before what would be blocked, and opens an item after', async () => {
    const payout = await waiting()
    const left = await previewLeaving(portal.deps, operator, { userId: some(cy).id })
    expect(left).toMatchObject({ ok: true, blocked: [{ id: payout.id }] })
    expect(await previewLeaving(portal.deps, operator, { userId: some(ben).id })).toMatchObject({
      blocked: [],
    })
    await disable(boss)
    await checkApprovable(portal.deps)
    const items = await portal.deps.items.list({ payoutId: payout.id })
    expect(items).toMatchObject([{ kind: 'approval_blocked', data: { roles: ['admin'] } }])
    await person('Ana too', 'admin', ana)
    await checkApprovable(portal.deps)
    expect((await portal.deps.items.list({ payoutId: payout.id })).filter((one) => !one.closedAt)).toEqual([])
  })
})

describe('a proposal', () => {
  it('is refused when no approver has the role, and rehearses what it would have asked for', async () => {
    await waiting()
    const admin = await person('Admin', 'admin')
    const proposed = policy(1)
    expect(await rehearsePolicy(portal.deps, admin, { policy: proposed })).toMatchObject({
      rehearsal: {
        lines: [
          { outcome: 1, roles: ['admin'], inForce: 0, proposed: 1 },
          { outcome: 2, roles: ['admin'], inForce: 1, proposed: 0 },
        ],
      },
    })
    await disable(boss)
    const propose = () =>
      proposePolicy(portal.deps, admin, { policy: proposed, reason: 'why', code: '123456' })
    expect(await propose()).toMatchObject({
      code: 'role_lacking',
      detail: { code: 'roleLacking', rule: 'Large', role: 'admin' },
    })
    await person('Ana too', 'admin', ana)
    expect(await propose()).toMatchObject({ ok: true })
  })
})
