import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBeforeClaim, isFinal, next, openStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Judgement } from '#lib/services/policy/judge-policy.ts'
import type { GatewayVerdict, OrderState, Payout } from '#lib/services/ports.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { decide } from './decide.ts'
import type { DecideContext } from './decide.ts'

const now = new Date('2026-03-01T12:00:00Z')
const context: DecideContext = { now, pollIntervalMs: 4000, policy: null, expireAfterMs: 604_800_000 }

const order = (verdict: GatewayVerdict, more: Partial<OrderState> = {}): OrderState => ({
  verdict,
  orderId: '6768788',
  clientOrderId: 'po-sample',
  rawStatus: 'processing',
  rawStage: null,
  unlistedWord: null,
  amount: '100.50',
  currency: 'EUR',
  redirect: null,
  errorCode: null,
  errorMessage: null,
  serialNumber: null,
  references: {},
  ...more,
})

/** The status that an answer leads to; unchanged when nothing moves. */
function leads(
  status: PayoutStatus,
  told: OrderState,
  more: Partial<Payout> = {},
  policy: Judgement | null = null,
): PayoutStatus {
  const payout = samplePayout({ status, ...more })
  const decision = decide(payout, told, { ...context, policy })
  const to = decision.move === undefined ? status : next(status, decision.move)
  if (!to) throw new Error(`${String(decision.move)} does not exist in ${status}`)
  return to
}

const verdicts = [
  'validating',
  'validated',
  'beyond',
  'approved',
  'declined',
  'filtered',
  'error',
  'unknown',
  'inconclusive',
] as const

describe('what a status answer means', () => {
  it('is decided for every status and every verdict', () => {
    const table = openStatuses.flatMap((status) =>
      verdicts.map((verdict) => {
        const decision = decide(samplePayout({ status }), order(verdict), context)
        const to = decision.move === undefined ? 'stays' : next(status, decision.move)
        const items = decision.items.map(({ kind }) => kind).join(', ')
        return `${status} + ${verdict}: ${String(to)}${items === '' ? '' : ` [${items}]`}`
      }),
    )
    expect(table).toMatchSnapshot()
  })

  it('only ever asks for legal moves', () => {
    for (const status of openStatuses)
      for (const verdict of verdicts) {
        const { move } = decide(samplePayout({ status }), order(verdict), context)
        if (move !== undefined) expect(next(status, move)).toBeDefined()
      }
  })

  it('never goes back before the claim because of an answer', () => {
    for (const status of openStatuses.filter((open) => !isBeforeClaim(open)))
      for (const verdict of verdicts) {
        const to = leads(status, order(verdict))
        expect(isBeforeClaim(to)).toBe(false)
      }
  })

  it('ends a payout only on a final verdict', () => {
    for (const status of openStatuses)
      for (const verdict of verdicts) {
        const to = leads(status, order(verdict))
        const final = ['approved', 'declined', 'filtered', 'error'].includes(verdict)
        expect(isFinal(to)).toBe(final)
      }
  })

  it('approves by policy when the bank has validated', () => {
    const judged = (approved: boolean): Judgement => ({
      note: { autoApproveBelow: '500.00', currency: 'EUR', approved, why: '' },
      risk: { level: 'none', checks: [], at: '' },
      autoCaps: { dayMinor: null, keyDayMinor: null },
      approvalsRequired: approved ? 0 : 1,
      expireAfterMs: 0,
    })
    expect(leads('checking', order('validated'), {}, judged(true))).toBe('approved')
    expect(leads('requested', order('validated'), {}, judged(true))).toBe('approved')
    expect(leads('checking', order('validated'), {}, judged(false))).toBe('awaiting_approval')
    expect(leads('checking', order('validated'))).toBe('awaiting_approval')
    // Judged once. Now people decide.
    expect(leads('awaiting_approval', order('validated'), {}, judged(true))).toBe('awaiting_approval')
  })

  it('sends the receiver to the bank only through a trusted address', () => {
    const good = order('beyond', { redirect: { ok: true, url: 'https://bank.example/form' } })
    const decision = decide(samplePayout({ status: 'processing' }), good, context)
    expect(decision.move).toBe('ask_receiver')
    expect(decision.facts.redirectUrl).toBe('https://bank.example/form')
    const bad = order('beyond', { redirect: { ok: false, why: 'no', url: 'javascript:1' } })
    const refused = decide(samplePayout({ status: 'processing' }), bad, context)
    expect(refused.move).toBe('ask_receiver')
    expect(refused.facts.redirectUrl).toBeNull()
    expect(refused.items.map(({ kind }) => kind)).toEqual(['redirect_refused'])
  })

  it('goes on when the bank form has been filled in', () => {
    expect(leads('action_required', order('beyond'))).toBe('processing')
  })

  it('fails a refused payout-pay only after two answers, a poll interval apart, that still say validated', () => {
    const refused = { code: '1', message: 'no' }
    const first = decide(
      samplePayout({ status: 'paying', progress: { payRefused: refused } }),
      order('validated'),
      context,
    )
    expect(first.move).toBeUndefined()
    const noted = first.facts.progress ?? {}
    const tooSoon = { ...context, now: new Date(now.getTime() + 3999) }
    expect(
      decide(samplePayout({ status: 'paying', progress: noted }), order('validated'), tooSoon).move,
    ).toBeUndefined()
    const later = { ...context, now: new Date(now.getTime() + 4000) }
    const second = decide(samplePayout({ status: 'paying', progress: noted }), order('validated'), later)
    expect(second.move).toBe('fail')
    expect(second.facts.gatewayMessage).toBe('no')
    expect(decide(samplePayout({ status: 'paying', progress: noted }), order('beyond'), later).move).toBe(
      'proceed',
    )
  })

  it('fails a refused payout-pay only on an unbroken run of answers that say validated, an interval long', () => {
    const answer = fc.record({
      verdict: fc.constantFrom(...verdicts, 'validated' as const, 'validated' as const),
      // A final status with another figure is doubted, and still contradicts the refusal.
      amount: fc.constantFrom('100.50', '99.00'),
      passedMs: fc.constantFrom(0, 2000, 3999, 4000, 9000),
    })
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 12 }), (answers) => {
        let payout = samplePayout({
          status: 'paying',
          progress: { payRefused: { code: '1', message: 'no' } },
        })
        let at = now.getTime()
        let runSince: number | null = null
        for (const { verdict, amount, passedMs } of answers) {
          at += passedMs
          if (verdict !== 'validated') runSince = null
          const believed: boolean = verdict === 'validated' && runSince !== null && at - runSince >= 4000
          if (verdict === 'validated') runSince ??= at
          const told = order(verdict, { amount, rawStatus: verdict })
          const { move, facts } = decide(payout, told, { ...context, now: new Date(at) })
          if (verdict !== 'error') expect(move === 'fail').toBe(believed)
          if (move !== undefined) return
          payout = { ...payout, progress: facts.progress ?? payout.progress }
        }
      }),
    )
  })

  it('believes a final status with another figure only when it comes twice', () => {
    const told = order('approved', { amount: '99.00', rawStatus: 'approved' })
    const first = decide(samplePayout({ status: 'processing' }), told, context)
    expect(first.move).toBeUndefined()
    expect(first.items.map(({ kind }) => kind)).toEqual(['amount_differs'])
    const progress = first.facts.progress ?? {}
    const later = { ...context, now: new Date(now.getTime() + 4000) }
    const other = decide(
      samplePayout({ status: 'processing', progress }),
      { ...told, amount: '98.00' },
      later,
    )
    expect(other.move).toBeUndefined()
    const second = decide(samplePayout({ status: 'processing', progress }), told, later)
    expect(second.move).toBe('confirm')
    expect(second.facts.gatewayAmount).toBe('99.00')
    expect(second.items.map(({ kind }) => kind)).toEqual(['amount_differs'])
  })

  it('tells people when Cardzo names another amount or currency before the claim', () => {
    for (const status of openStatuses.filter(isBeforeClaim))
      for (const told of [order('validated', { amount: '1.00' }), order('validated', { currency: 'USD' })])
        expect(decide(samplePayout({ status }), told, context).items.map(({ kind }) => kind)).toContain(
          'amount_differs',
        )
  })
})
