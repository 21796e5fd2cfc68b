/** payout-pay: what lets it leave, and that its answer is not lost. On a real database, with clocks that the test moves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from './approve-payout.ts'
import type { Deps, Payout } from './ports.ts'
import { leaseMsFor } from './step.ts'
import { createTestPortal, eventually, seen } from './testing/portal.ts'
import { workPayout } from './work-payout.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let offset: { monotonic: number; wall: number }
beforeEach(async () => {
  portal = await createTestPortal()
  offset = { monotonic: 0, wall: 0 }
  portal.deps.clock = {
    monotonicMs: () => performance.now() + offset.monotonic,
    wallMs: () => Date.now() + offset.wall,
  }
})
afterEach(() => portal.close())

/** A payout that waits for nothing but payout-pay; no worker runs. */
async function approved(): Promise<Payout> {
  const worker = portal.startWorker()
  const waiting = await portal.until(await portal.ask(), 'awaiting_approval')
  await worker.stop()
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
  return portal.payout(waiting.id)
}

/** One look at it by a worker, now. */
async function look(id: string, deps: Deps = portal.deps): Promise<Payout> {
  await portal.deps.payouts.wake(id)
  const { leased } = await deps.payouts.claimDue('worker', 1, leaseMsFor(deps.config.timeoutMs))
  const [one] = leased
  if (one?.payout.id !== id) throw new Error('it was not due')
  await workPayout(deps, one)
  return portal.payout(id)
}

/** Does this right after the next call of a port's function was answered. */
function afterNext<Port extends object>(port: Port, name: keyof Port & string, then: () => void): void {
  const real = port[name] as (...args: unknown[]) => Promise<unknown>
  Object.assign(port, {
    [name]: async (...args: unknown[]) => {
      Object.assign(port, { [name]: real })
      const answered = await real.apply(port, args)
      then()
      return answered
    },
  })
}

const paysReceived = ({ clientOrderId }: Payout) => portal.gateway.order(clientOrderId).paysReceived
const paysTried = () => portal.gateway.calls.filter((call) => call.startsWith('pay ')).length

describe('payout-pay on a status answer', () => {
  const pass = (monotonic: number, wall: number) => () => {
    offset.monotonic += monotonic
    offset.wall += wall
  }

  describe.each([
    ['both clocks say 31 s', 31_000, 31_000],
    ['the monotonic clock alone says 31 s', 31_000, 0],
    ['the wall clock jumped 31 s ahead', 0, 31_000],
    ['the wall clock was set back by 31 s', 0, -31_000],
  ])('when %s', (_what, monotonic, wall) => {
    it('does not claim if they passed while Cardzo was answering', async () => {
      const payout = await approved()
      afterNext(portal.gateway, 'status', pass(monotonic, wall))
      expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
      expect(paysTried()).toBe(0)
    })

    it('does not claim if they passed between the answer and the claim', async () => {
      const payout = await approved()
      afterNext(portal.deps.settings, 'recordGatewayOk', pass(monotonic, wall))
      expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
      expect(paysTried()).toBe(0)
    })

    it('sends no byte if they passed after the claim', async () => {
      const payout = await approved()
      afterNext(portal.deps.marker, 'remember', pass(monotonic, wall))
      expect(await look(payout.id)).toMatchObject({ status: 'approved' })
      expect(paysReceived(payout)).toBe(0)
    })
  })

  it('sends no byte when a claim of six seconds follows an answer of twenty-five', async () => {
    const payout = await approved()
    afterNext(portal.gateway, 'status', pass(25_000, 25_000))
    afterNext(portal.deps.marker, 'remember', pass(6_000, 6_000))
    expect(await look(payout.id)).toMatchObject({ status: 'approved' })
    expect(paysReceived(payout)).toBe(0)
    // The next look asks again, and sends.
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it('sends on an answer of twenty-five seconds', async () => {
    const payout = await approved()
    afterNext(portal.gateway, 'status', pass(25_000, 25_000))
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it('is refused by the database when its own clock says that the answer is too old', async () => {
    const payout = await approved()
    const real = portal.deps.payouts.renew
    Object.assign(portal.deps.payouts, {
      renew: async (...args: Parameters<typeof real>) => {
        const now = await real(...args)
        return now && new Date(now.getTime() - 30_001)
      },
    })
    expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
    expect(paysTried()).toBe(0)
  })

  it('is not licensed by the database without any answer', async () => {
    const payout = await approved()
    await portal.prisma.$executeRaw`UPDATE payout SET validated_at = NULL WHERE id = ${payout.id}::uuid`
    const byHand = portal.prisma
      .$executeRaw`UPDATE payout SET status = 'paying' WHERE id = ${payout.id}::uuid`
    await expect(byHand).rejects.toThrow(/too old to pay on/)
  })
})

describe('a payout-pay that Cardzo refused', () => {
  const says = (payout: Payout, stage: string | null, status = 'processing') => {
    Object.assign(portal.gateway.order(payout.clientOrderId), { stage, status })
  }
  /** One look at least a poll interval after the last. */
  async function lookLater(payout: Payout) {
    const { pollIntervalMs } = portal.deps.config
    const { progress } = await portal.payout(payout.id)
    const heardAt = Date.parse(progress.payRefused?.validatedAt ?? new Date(0).toISOString())
    await eventually(() => Promise.resolve(Date.now() > heardAt + 2 * pollIntervalMs || 'too soon'))
    return look(payout.id)
  }
  async function refused(): Promise<Payout> {
    const payout = await approved()
    portal.gateway.faults.pay.push({ answer: 'refused', code: '5' })
    expect(await look(payout.id)).toMatchObject({ status: 'paying' })
    return payout
  }

  it.each([
    ['the check goes on', 'payout_check_validating', 'processing'],
    ['a stage of the check that no list knows', 'payout_check_waiting', 'processing'],
    ['no stage', null, 'processing'],
    ['a word that is not final', 'payout_check_validated', 'chain_declined'],
  ])('does not fail on two answers that say: %s', async (_what, stage, status) => {
    const payout = await refused()
    says(payout, stage, status)
    for (let n = 0; n < 3; n++) expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    // One of them between two that say validated starts the count again.
    says(payout, 'payout_check_validated')
    expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    says(payout, stage, status)
    expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    says(payout, 'payout_check_validated')
    expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    expect(await lookLater(payout)).toMatchObject({ status: 'failed', gatewayCode: '5' })
    expect(paysReceived(payout)).toBe(0)
  })

  it('fails across a silence between two answers that say validated', async () => {
    const payout = await refused()
    expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    portal.gateway.faults.status.push({ answer: 'silence', effect: false })
    expect(await lookLater(payout)).toMatchObject({ status: 'paying' })
    expect(await lookLater(payout)).toMatchObject({ status: 'failed' })
  })

  it('follows a status that proves that it had arrived all the same', async () => {
    const payout = await refused()
    says(payout, 'payout_processing')
    expect(await lookLater(payout)).toMatchObject({ status: 'processing' })
  })
})
