/** What goes wrong between two moments: a step that fails, a right that is lost, a move that comes too late. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { workPayout } from './work-payout.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeEach(async () => {
  portal = await createTestPortal()
})
afterEach(() => portal.close())

async function look(id: string): Promise<void> {
  await portal.wake(id)
  const { leased } = await portal.deps.payouts.claimDue('w', 1, 60_000)
  for (const one of leased) await workPayout(portal.deps, one)
}

async function waiting(): Promise<string> {
  const id = await portal.ask()
  for (let n = 0; n < 3; n++) await look(id)
  expect((await portal.payout(id)).status).toBe('awaiting_approval')
  return id
}

const failures = (payoutId: string) =>
  portal.prisma.payoutEvent.count({ where: { payoutId, kind: 'worker_failed' } })

it('a worker that fails at a payout says so once, and the item closes when the payout goes on', async () => {
  const id = await waiting()
  const real = portal.gateway.status
  portal.gateway.status = () => Promise.reject(new Error('a bug'))
  for (let n = 0; n < 30; n++) await look(id)
  expect(await portal.items(id)).toEqual(['worker_failed'])
  expect(await failures(id)).toBe(1)
  // And less and less often.
  expect(((await portal.payout(id)).dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(8 * 60_000)

  portal.gateway.status = real
  await look(id)
  expect(await portal.items(id)).toEqual([])
  expect((await portal.payout(id)).progress.stumbled).toBeUndefined()

  // A new failure is news again.
  portal.gateway.status = () => Promise.reject(new Error('a bug'))
  for (let n = 0; n < 3; n++) await look(id)
  expect(await portal.items(id)).toEqual(['worker_failed'])
})

it('a step that fails keeps its intent to send payout-check', async () => {
  const id = await portal.ask()
  const real = portal.gateway.check
  portal.gateway.check = () => Promise.reject(new Error('a bug'))
  await look(id)
  portal.gateway.check = real
  expect((await portal.payout(id)).progress).toMatchObject({ checkAttempts: 1, stumbled: true })
  await look(id)
  // It is looked for, not sent again.
  expect(portal.gateway.calls.filter((call) => call.startsWith('check'))).toEqual([])
  expect(await portal.items(id)).toEqual([])
})

it('an approver who is disabled between the code and the approval is refused, not met with an error', async () => {
  const id = await waiting()
  const approver = await portal.approver()
  if (approver.kind !== 'user') throw new Error('an approver is a person')
  const { verify } = portal.deps.secondFactor
  portal.deps.secondFactor.verify = async (...args) => {
    const answer = await verify(...args)
    const disabled = await disableUser(
      portal.deps,
      { kind: 'operator', name: 'test' },
      { email: `${approver.id}@example.com` },
    )
    expect(disabled).toMatchObject({ ok: true })
    return answer
  }
  expect(await approvePayout(portal.deps, approver, seen(await portal.payout(id)))).toMatchObject({
    ok: false,
    code: 'forbidden',
  })
  expect((await portal.payout(id)).status).toBe('awaiting_approval')
  expect(await portal.deps.approvals.forPayouts([id])).toEqual([])
})

it('a stale move opens no item; what Cardzo said does whenever it was heard', async () => {
  const id = await waiting()
  const was = await portal.payout(id)
  const item = { kind: 'outcome_unknown', severity: 'critical', what: 'what', why: 'why' } as const
  const worker = { kind: 'worker', id: 'w' } as const
  const happening = { kind: 'status_answered', data: {} } as const
  const old = { ...was, version: was.version - 1 }
  expect(await portal.deps.payouts.advance(old, { move: 'confirm', items: [item] }, worker, happening)).toBe(
    'stale',
  )
  expect(await portal.items(id)).toEqual([])
  const heard = { ...item, kind: 'other_order_id' } as const
  expect(await portal.deps.payouts.advance(old, { items: [heard] }, worker, happening)).toBe('stale')
  expect(await portal.items(id)).toEqual(['other_order_id'])
})
