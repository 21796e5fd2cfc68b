/** payout-pay: what allows it to leave, and that its answer is not lost. On a real database, with clocks that the test moves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import type { Deps, HappeningKind, Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import type { Fault } from '#lib/services/testing/scripted-gateway.ts'
import { leaseMsFor } from './step.ts'
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

/** A payout that only waits for payout-pay; no worker runs. */
async function approved(): Promise<Payout> {
  const worker = portal.startWorker()
  const waiting = await portal.until(await portal.ask(), 'awaiting_approval')
  await worker.stop()
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
  return portal.payout(waiting.id)
}

/** A worker looks at it now. */
async function look(id: string, deps: Deps = portal.deps): Promise<Payout> {
  await portal.wake(id)
  const { leased } = await deps.payouts.claimDue('worker', 10, leaseMsFor(deps.config.timeoutMs))
  const one = leased.find(({ payout }) => payout.id === id)
  if (!one) throw new Error('it was not due')
  await workPayout(deps, one)
  return portal.payout(id)
}

/** Does this right after the next call of a port's function has returned. */
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

/** The next so many writes of this event fail, before or after they took effect, as if the database had been away. */
function failWriting(kind: HappeningKind, times: number, committed: boolean): void {
  const real = portal.deps.payouts.advance
  let left = times
  portal.deps.payouts.advance = async (...args) => {
    if (args[3].kind !== kind || left === 0) return real(...args)
    left--
    if (committed) await real(...args)
    throw new Error('connection reset')
  }
}

const answersOf = async (id: string) =>
  (await portal.deps.payouts.timeline(id)).filter(({ kind }) => kind === 'pay_answered')

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
      afterNext(portal.deps.gatewayCondition, 'recordOk', pass(monotonic, wall))
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

  it('sends no byte when a claim that took six seconds follows an answer that is twenty-five old', async () => {
    const payout = await approved()
    afterNext(portal.gateway, 'status', pass(25_000, 25_000))
    afterNext(portal.deps.marker, 'remember', pass(6_000, 6_000))
    expect(await look(payout.id)).toMatchObject({ status: 'approved' })
    expect(paysReceived(payout)).toBe(0)
    // The next look asks again, and sends.
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it('sends on an answer that is twenty-five seconds old', async () => {
    const payout = await approved()
    afterNext(portal.gateway, 'status', pass(25_000, 25_000))
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it('is refused by the database when its own clock says that the answer is too old', async () => {
    const payout = await approved()
    const real = portal.deps.payouts.claimDue
    portal.deps.payouts.claimDue = async (...args) => {
      const { leased, ...rest } = await real(...args)
      return { ...rest, leased: leased.map((one) => ({ ...one, now: new Date(one.now.getTime() - 30_001) })) }
    }
    expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
    expect(paysTried()).toBe(0)
  })

  it('is not claimed when asking first begins while Cardzo answers', async () => {
    const payout = await approved()
    // Payout-pay waits for twice as long after the start, which on a busy machine must not be over by the claim.
    portal.deps.config.timeoutMs = 5_000
    let started: Promise<unknown> | undefined
    afterNext(portal.gateway, 'status', () => {
      started = portal.deps.askFirst.start('a test', { kind: 'worker', id: 'other' }, 1)
    })
    const recordOk = portal.deps.gatewayCondition.recordOk
    portal.deps.gatewayCondition.recordOk = async (...args) => {
      await started
      return recordOk(...args)
    }
    expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
    expect(paysTried()).toBe(0)
    const events = await portal.deps.payouts.timeline(payout.id)
    expect(events.at(-1)).toMatchObject({ kind: 'pay_claimed', data: { stale: true } })
  })

  it('is not claimed when payments are stopped while Cardzo answers', async () => {
    const payout = await approved()
    let stopped: Promise<unknown> | undefined
    afterNext(portal.gateway, 'status', () => {
      stopped = portal.deps.stopSwitch.pull({ kind: 'operator', name: 'test' }, 'a test')
    })
    const recordOk = portal.deps.gatewayCondition.recordOk
    portal.deps.gatewayCondition.recordOk = async (...args) => {
      await stopped
      return recordOk(...args)
    }
    expect(await look(payout.id)).toMatchObject({ status: 'approved', payClaimedAt: null })
    expect(paysTried()).toBe(0)
  })

  it('is not allowed by the database without any answer', async () => {
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
  /** A look at least one poll interval after the last. */
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

  it('follows a status that proves that it arrived after all', async () => {
    const payout = await refused()
    says(payout, 'payout_processing')
    expect(await lookLater(payout)).toMatchObject({ status: 'processing' })
  })
})

describe('while the database is away for a moment', () => {
  const faults: [string, Fault | null, string][] = [
    ['accepted', null, 'processing'],
    ['not sent', { answer: 'not_sent' }, 'approved'],
    ['refused', { answer: 'refused', code: '5' }, 'paying'],
    ['an error', { answer: 'error', effect: true }, 'outcome_unknown'],
    ['silence', { answer: 'silence', effect: true }, 'outcome_unknown'],
    ['locked out', { answer: 'locked_out', effect: false }, 'outcome_unknown'],
  ]
  const cases = faults.flatMap(([what, fault, status]) =>
    [false, true].map((committed) => ({ what, fault, status, committed })),
  )

  it.each(cases)(
    'the answer to payout-pay is kept once: $what, the first write committed: $committed',
    async ({ fault, status, committed }) => {
      const payout = await approved()
      if (fault) portal.gateway.faults.pay.push(fault)
      failWriting('pay_answered', committed ? 1 : 3, committed)
      expect(await look(payout.id)).toMatchObject({ status })
      expect(await answersOf(payout.id)).toHaveLength(1)
      expect(paysTried()).toBe(1)
      expect(portal.errors).toEqual([])
    },
  )

  it('a payout-pay that was not sent is not an unknown outcome, and the next look sends it', async () => {
    const payout = await approved()
    portal.gateway.faults.pay.push({ answer: 'not_sent' })
    failWriting('pay_answered', 3, false)
    expect(await look(payout.id)).toMatchObject({ status: 'approved' })
    expect(await portal.items(payout.id)).toEqual([])
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it('a claim that was committed without our knowing is given back, because nothing was sent', async () => {
    const payout = await approved()
    failWriting('pay_claimed', 1, true)
    expect(await look(payout.id)).toMatchObject({ status: 'approved' })
    expect(paysTried()).toBe(0)
    expect(await look(payout.id)).toMatchObject({ status: 'processing' })
    expect(paysReceived(payout)).toBe(1)
  })

  it.each([
    ['accepted', null, 'checking'],
    ['refused', { answer: 'refused', code: '1' }, 'failed'],
    ['not sent', { answer: 'not_sent' }, 'requested'],
  ] as [string, Fault | null, string][])(
    'the answer to payout-check is kept once: %s',
    async (_what, fault, status) => {
      for (const committed of [false, true]) {
        const id = await portal.ask()
        if (fault) portal.gateway.faults.check.push(fault)
        failWriting('check_answered', 1, committed)
        const after = await look(id)
        expect(after.status).toBe(status)
        const kinds = (await portal.deps.payouts.timeline(id)).map(({ kind }) => kind)
        expect(kinds.filter((kind) => kind === 'check_answered')).toHaveLength(1)
        if (status === 'requested') expect(after.progress.checkAttempts).toBe(0)
      }
    },
  )

  it('gives up when the lease ends, and the outcome is unknown', async () => {
    const payout = await approved()
    failWriting('pay_answered', 1_000, false)
    portal.deps.log.warn = () => {
      offset.monotonic += 60_000
    }
    expect(await look(payout.id)).toMatchObject({ status: 'paying' })
    expect(portal.errors).toHaveLength(1)
  })
})
