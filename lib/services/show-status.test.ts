import { describe, expect, it } from 'vitest'
import { statusView, waitsOf } from './show-status.ts'
import { samplePayout } from './testing/samples.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const later = new Date(now + 3_600_000)

describe('what a receiver is told of waiting', () => {
  it('names the end of the cooling-off time until payout-pay is claimed', () => {
    for (const status of ['requested', 'checking', 'awaiting_approval', 'approved'] as const)
      expect(waitsOf({ status, holdUntil: later, sendAfter: null }, now).holdUntil).toBe(later)
    for (const status of ['paying', 'processing', 'paid', 'cancelled'] as const)
      expect(waitsOf({ status, holdUntil: later, sendAfter: later }, now)).toEqual({
        holdUntil: null,
        sendAfter: null,
      })
  })

  it('names the send delay once it is approved', () => {
    expect(waitsOf({ status: 'approved', holdUntil: null, sendAfter: later }, now).sendAfter).toBe(later)
    expect(waitsOf({ status: 'awaiting_approval', holdUntil: null, sendAfter: later }, now).sendAfter).toBe(
      null,
    )
  })

  it('is silent when the time is over', () => {
    const past = new Date(now - 1)
    expect(waitsOf({ status: 'approved', holdUntil: past, sendAfter: past }, now)).toEqual({
      holdUntil: null,
      sendAfter: null,
    })
  })

  it('does not say "about to be sent" of a payment that waits for a day', () => {
    const ahead = new Date(Date.now() + 86_400_000)
    const view = statusView(samplePayout({ status: 'approved', holdUntil: ahead }))
    expect(view).toMatchObject({ holdUntil: ahead.toISOString(), sendAfter: null })
    expect(view.explanation).not.toContain('about to be sent')
    expect(view.explanation).toContain('new account')
    expect(JSON.stringify(view)).not.toContain('DE89370400440532013000')
  })
})
