import { describe, expect, it } from 'vitest'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { statusView, waitsOf } from './show-status.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const later = new Date(now + 3_600_000)

describe('what a receiver is told while waiting', () => {
  it('names the end of the cooling-off time until payout-pay is claimed', () => {
    for (const status of ['requested', 'checking', 'awaiting_approval', 'approved'] as const)
      expect(
        waitsOf({ status, payAt: null, coolingOffUntil: later, sendAfter: null }, now).coolingOffUntil,
      ).toBe(later)
    for (const status of ['paying', 'processing', 'paid', 'cancelled'] as const)
      expect(waitsOf({ status, payAt: null, coolingOffUntil: later, sendAfter: later }, now)).toEqual({
        payAt: null,
        coolingOffUntil: null,
        sendAfter: null,
      })
  })

  it('names the end of the send delay once it is approved', () => {
    expect(
      waitsOf({ status: 'approved', payAt: null, coolingOffUntil: null, sendAfter: later }, now).sendAfter,
    ).toBe(later)
    expect(
      waitsOf({ status: 'awaiting_approval', payAt: null, coolingOffUntil: null, sendAfter: later }, now)
        .sendAfter,
    ).toBe(null)
  })

  it('is nothing once the time is over', () => {
    const past = new Date(now - 1)
    expect(waitsOf({ status: 'approved', payAt: null, coolingOffUntil: past, sendAfter: past }, now)).toEqual(
      {
        payAt: null,
        coolingOffUntil: null,
        sendAfter: null,
      },
    )
  })

  it('is not "about to be sent" for a payment that waits a day', () => {
    const ahead = new Date(Date.now() + 86_400_000)
    const view = statusView(samplePayout({ status: 'approved', coolingOffUntil: ahead }), { paused: false })
    expect(view).toMatchObject({ coolingOffUntil: ahead.toISOString(), sendAfter: null })
    expect(JSON.stringify(view)).not.toContain('DE89370400440532013000')
  })
})

describe('while all payments are stopped', () => {
  const ahead = new Date(Date.now() + 86_400_000)

  it('promises nobody that an approved payment is about to be sent, or when', () => {
    const view = statusView(samplePayout({ status: 'approved', sendAfter: ahead }), { paused: true })
    expect(view).toMatchObject({ paused: true, sendAfter: null, turn: 'finance' })
  })

  it('still tells about a destination that cools off', () => {
    const view = statusView(samplePayout({ status: 'approved', coolingOffUntil: ahead }), { paused: true })
    expect(view).toMatchObject({ paused: true, coolingOffUntil: ahead.toISOString() })
  })
})

describe('after the return from the bank', () => {
  const returnedAt = new Date('2026-03-01T12:00:00Z')
  const form = {
    status: 'action_required',
    redirectUrl: 'https://bank.example/form',
    returnedAt,
  } as const
  const answered = (ms: number, lastVerdict: 'beyond' | 'inconclusive' = 'beyond') => ({
    progress: { lastAnsweredAt: new Date(returnedAt.getTime() + ms).toISOString(), lastVerdict },
  })
  const viewOf = (more: Partial<Parameters<typeof statusView>[0]>) =>
    statusView(samplePayout({ ...form, ...more }), { paused: false })

  it.each([
    ['no answer at all', { progress: {} }],
    ['an answer from before', answered(-1)],
    ['an answer that was asked for in the same moment', answered(0)],
    ['a later answer that says nothing of a form', answered(1, 'inconclusive')],
  ])('the form is not offered again by %s', (_what, more) => {
    expect(viewOf(more)).toMatchObject({
      checkingForm: true,
      turn: 'cardzo',
      // Machines read the status.
      redirectUrl: form.redirectUrl,
    })
  })

  it('brings the form back when a later answer still asks for it', () => {
    expect(viewOf(answered(1))).toMatchObject({ checkingForm: false, turn: 'you' })
  })

  it('does not say "checking" before the first return, or when the address is not trusted', () => {
    expect(viewOf({ returnedAt: null }).checkingForm).toBe(false)
    expect(viewOf({ redirectUrl: null })).toMatchObject({ checkingForm: false, contactMerchant: true })
  })
})

describe('whose turn it is', () => {
  const turns: Record<PayoutStatus, ReturnType<typeof statusView>['turn']> = {
    requested: 'cardzo',
    checking: 'cardzo',
    awaiting_approval: 'finance',
    approved: 'cardzo',
    paying: 'cardzo',
    action_required: 'you',
    processing: 'cardzo',
    outcome_unknown: 'cardzo',
    paid: 'nobody',
    declined: 'nobody',
    filtered: 'nobody',
    failed: 'nobody',
    rejected: 'nobody',
    cancelled: 'nobody',
    expired: 'nobody',
  }
  const viewOf = (status: PayoutStatus, condition: Partial<Parameters<typeof statusView>[1]> = {}) =>
    statusView(samplePayout({ status, redirectUrl: 'https://bank.example/form' }), {
      paused: false,
      ...condition,
    })

  it.each(payoutStatuses)('%s', (status) => {
    const view = viewOf(status)
    expect(view.turn).toBe(turns[status])
    // It is somebody's until it is over.
    expect(view.turn === 'nobody').toBe(view.final)
    // A silent payment service takes it from nobody.
    expect(viewOf(status, { silent: true }).turn).toBe(turns[status])
  })

  it('is ours while payments are stopped, and when the bank’s address can’t be trusted', () => {
    expect(viewOf('approved', { paused: true }).turn).toBe('finance')
    const refused = samplePayout({ status: 'action_required', redirectUrl: null })
    expect(statusView(refused, { paused: false }).turn).toBe('finance')
  })
})
