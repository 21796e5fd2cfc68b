import { describe, expect, it } from 'vitest'
import { openStatuses } from '#lib/payouts/transitions.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { stuckItem } from './stuck-item.ts'

const stageSince = new Date('2026-03-01T12:00:00Z')
const after = (days: number) => new Date(stageSince.getTime() + days * 86_400_000)

describe('a payout that waits too long', () => {
  it.each(openStatuses.filter((status) => status !== 'awaiting_approval' && status !== 'outcome_unknown'))(
    'in %s is told to people, and only then',
    (status) => {
      const payout = samplePayout({ status, stageSince })
      expect(stuckItem({ payout, now: new Date(stageSince.getTime() + 60_000) })).toBeNull()
      expect(stuckItem({ payout, now: after(2) })?.kind).toBe(
        status === 'action_required' ? 'form_not_filled' : 'stuck',
      )
    },
  )

  it("gets no item for people's own turn or an unknown outcome: the desk shows those anyway", () => {
    for (const status of ['awaiting_approval', 'outcome_unknown'] as const)
      expect(stuckItem({ payout: samplePayout({ status, stageSince }), now: after(30) })).toBeNull()
  })
})
