/** A payout's status in a word or two. */
export const status = {
  label: {
    requested: 'Requested',
    checking: 'Checking',
    awaiting_approval: 'Awaiting approval',
    approved: 'Approved',
    paying: 'Sending',
    action_required: 'Action required',
    processing: 'Processing',
    outcome_unknown: 'Outcome unknown',
    paid: 'Paid',
    declined: 'Declined',
    filtered: 'Blocked',
    failed: 'Failed',
    rejected: 'Rejected',
    cancelled: 'Cancelled',
    expired: 'Expired',
  },
  severity: { info: 'For information', warning: 'Warning', high: 'High', critical: 'Critical' },
} as const
