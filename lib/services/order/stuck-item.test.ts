import { describe, expect, it } from 'vitest'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { lateAfterMs, lateAtLeastMs } from './poll-schedule.ts'
import type { Usual } from './poll-schedule.ts'
import { stuckItem } from './stuck-item.ts'

const stageSince = new Date('2026-03-01T12:00:00Z')
const [minute, hour] = [60_000, 3_600_000]
const usual: Usual = { approvalMs: 24 * hour, nearlyAllMs: null }

const after = (status: PayoutStatus, ms: number, known: Usual = usual) =>
  stuckItem({ payout: samplePayout({ status, stageSince }), now: new Date(stageSince.getTime() + ms) }, known)

describe('a payout that waits too long', () => {
  it.each(openStatuses.filter((status) => status !== 'outcome_unknown'))(
    'in %s is told to people, and only then',
    (status) => {
      expect(after(status, minute)).toBeNull()
      expect(after(status, 48 * hour)?.kind).toBe(status === 'action_required' ? 'form_not_filled' : 'stuck')
    },
  )

  it('gets no item for an unknown outcome: it has one from the start', () => {
    expect(after('outcome_unknown', 720 * hour)).toBeNull()
  })

  it('for approval is late when the settings say so', () => {
    expect(after('awaiting_approval', 24 * hour - 1)).toBeNull()
    expect(after('awaiting_approval', 24 * hour)).toMatchObject({
      severity: 'warning',
      data: { status: 'awaiting_approval' },
    })
    expect(after('awaiting_approval', 2 * hour, { ...usual, approvalMs: 2 * hour })).not.toBeNull()
  })

  it('at Cardzo is late after three times what nearly all payouts take, within bounds, and else after an hour', () => {
    const limit = (nearlyAllMs: number | null) => lateAfterMs('processing', { ...usual, nearlyAllMs })
    expect(limit(null)).toBe(hour)
    expect(limit(8 * hour)).toBe(24 * hour)
    expect(limit(1000)).toBe(10 * minute)
    expect(limit(900 * hour)).toBe(7 * 24 * hour)
    expect(after('processing', 2 * hour)).not.toBeNull()
    expect(after('processing', 2 * hour, { ...usual, nearlyAllMs: hour })).toBeNull()
    // Only the time with Cardzo is learned.
    expect(lateAfterMs('approved', { ...usual, nearlyAllMs: 900 * hour })).toBe(10 * minute)
  })

  it('is never late before what is read for it at all', () => {
    for (const status of openStatuses)
      for (const approvalMs of [hour, 24 * hour])
        for (const nearlyAllMs of [null, 1, hour, 900 * hour]) {
          const limit = lateAfterMs(status, { approvalMs, nearlyAllMs })
          if (limit !== null) expect(limit).toBeGreaterThanOrEqual(lateAtLeastMs(status) ?? Infinity)
        }
  })

  it('says what Cardzo said last, where it waits for Cardzo', () => {
    const at = new Date(stageSince.getTime() + 48 * hour)
    const said = (status: PayoutStatus) =>
      stuckItem({ payout: samplePayout({ status, stageSince, gatewayStatus: 'processing' }), now: at }, usual)
    expect(said('processing')).toMatchObject({
      severity: 'high',
      what: 'This payout has been "processing" for too long',
      why: 'Cardzo last said: processing. The portal goes on asking.',
      data: { status: 'processing', word: 'processing' },
    })
    expect(said('approved')?.why).toContain('payout-pay was not sent')
    expect(said('approved')?.data).toEqual({ status: 'approved' })
  })
})
