import type { ReleaseRefusal } from '#lib/services/destination/release-destination.ts'

/** Why this person can't release a destination. */
export const releaseRefusals = {
  forbidden: 'An approver can release it.',
  own_request:
    'You have entered this account or a payout to it, or it is yours, so somebody else must release it.',
  not_cooling_off: 'Its time is over. There is nothing to release.',
} as const satisfies Record<ReleaseRefusal, string>
