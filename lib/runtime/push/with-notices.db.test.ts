/** What is told of a payout's life, on a real database: everything that its receiver sees change, and no poll that changes nothing. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { returnToken, statusToken } from '#lib/services/payout/links.ts'
import { recordReturn } from '#lib/services/payout/record-return.ts'
import { revokeLink } from '#lib/services/payout/revoke-link.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { wordOf } from './notice.ts'
import { withNotices } from './with-notices.ts'

const told: string[] = []
const operator = { kind: 'operator', name: 'test' } as const
let portal: Awaited<ReturnType<typeof createTestPortal>>

beforeAll(async () => {
  portal = await createTestPortal()
  Object.assign(
    portal.deps,
    withNotices(portal.deps, (...notices) => told.push(...notices.map(wordOf))),
  )
})
afterAll(() => portal.close())
beforeEach(() => {
  told.length = 0
})

/** One look of a worker at this payout, whenever it is due. */
async function look(id: string): Promise<void> {
  await portal.wake(id)
  await eventually(async () => {
    const { leased } = await portal.deps.payouts.claimDue(`worker-${randomUUID()}`, 1, 60_000)
    for (const one of leased) await workPayout(portal.deps, one)
    return leased.some(({ payout }) => payout.id === id) || 'not due yet'
  })
}

/** What the receiver's page shows, without the time of the last change. */
async function page(id: string): Promise<unknown> {
  const shown = await showStatus(portal.deps, statusToken(portal.deps.config, id))
  if (!shown.ok) return shown.code
  return { ...shown.view, updatedAt: null }
}

/** Does this, and says what was told, and whether the receiver's page had reason to ask again. */
async function during(id: string, act: () => Promise<unknown>) {
  told.length = 0
  const before = JSON.stringify(await page(id))
  await act()
  return { told: [...new Set(told)], changed: JSON.stringify(await page(id)) !== before }
}

describe('open pages are told', () => {
  it('whatever the receiver sees change from the request to the end, and nothing of polls that change nothing', async () => {
    const { deps, gateway } = portal
    gateway.afterPay = (order) => Object.assign(order, { status: 'processing', stage: 'payout_processing' })
    const id = await portal.ask()
    const toItsPage = [`payout:${id}`, `link:${id}`]
    const statuses: string[] = []
    const step = async (act: () => Promise<unknown> = () => look(id)) => {
      const happened = await during(id, act)
      const wasTold = happened.told.some((word) => toItsPage.includes(word))
      expect(wasTold, `after ${statuses.join()}: ${happened.told.join()}`).toBe(happened.changed)
      const { status } = await portal.payout(id)
      if (statuses.at(-1) !== status) statuses.push(status)
      return { ...happened, status }
    }
    const until = async (status: string) => {
      for (let looks = 0; (await portal.payout(id)).status !== status && looks < 10; looks++) await step()
      expect((await portal.payout(id)).status).toBe(status)
    }

    await until('awaiting_approval')
    expect(await step()).toMatchObject({ told: [], changed: false })
    const approver = await portal.approver()
    await step(async () => approvePayout(deps, approver, seen(await portal.payout(id))))
    await until('processing')
    await step()
    expect(await step()).toMatchObject({ told: [], changed: false })

    const order = gateway.order((await portal.payout(id)).clientOrderId)
    order.redirect = 'https://bank.example/form'
    await until('action_required')
    const token = returnToken(deps.config, id)
    expect(await step(() => recordReturn(deps, token))).toMatchObject({ changed: true })

    Object.assign(order, { status: 'approved', stage: 'payout_approved', redirect: null })
    await until('paid')
    expect(await step(() => revokeLink(deps, operator, id))).toMatchObject({ told: [`link:${id}`] })
  })

  it('when payments are stopped and released, all of them, and only then', async () => {
    const { stopSwitch } = portal.deps
    await stopSwitch.pull(operator, 'test')
    expect(told.splice(0)).toEqual(['everything'])
    await stopSwitch.pull(operator, 'test')
    expect(told.splice(0)).toEqual([])
    await stopSwitch.release(operator, 'test', 10)
    expect(told.splice(0)).toEqual(['everything'])
    await stopSwitch.release(operator, 'test', 10)
    expect(told.splice(0)).toEqual([])
  })

  it('when Cardzo falls silent and answers again', async () => {
    const { gate } = portal.deps
    for (let misses = 0; !told.includes('everything') && misses < 100; misses++) await gate.missed(1, 10)
    expect(told.splice(0)).toEqual(['everything'])
    await gate.missed(1, 10)
    expect(told).toEqual([])
    await gate.answered(1)
    await gate.answered(1)
    expect(told).toEqual(['everything'])
  })

  it('of each payout that waited for a destination which need not cool off any longer', async () => {
    const release: Deps['destinations']['release'] = () => Promise.resolve(['a', 'b'])
    const fake = { ...portal.deps, destinations: { ...portal.deps.destinations, release } }
    const { destinations } = withNotices(fake, (...notices) => told.push(...notices.map(wordOf)))
    await destinations.release('any', { reason: 'known', mails: [] }, operator)
    expect(told.splice(0)).toEqual(['payout:a', 'payout:b'])
    expect(
      await portal.deps.destinations.release(randomUUID(), { reason: 'known', mails: [] }, operator),
    ).toBeNull()
    expect(told).toEqual([])
  })

  it('of items: the desk, when one opens, is taken or is closed', async () => {
    const { items } = portal.deps
    await items.open({ kind: 'unlisted_word', severity: 'info', what: 'x', why: 'y', subject: 'x' })
    expect(told.splice(0)).toEqual(['desk'])
    const [item] = await items.list()
    const ana = await portal.approver()
    if (ana.kind !== 'user') throw new Error('not a person')
    expect(await items.take(item!.id, ana, null, 60_000)).toBe(true)
    expect(told.splice(0)).toEqual(['desk'])
    expect(await items.close(item!.id, ana, 'done')).toBe(true)
    expect(await items.close(item!.id, ana, 'done')).toBe(false)
    expect(told).toEqual(['desk'])
  })
})
