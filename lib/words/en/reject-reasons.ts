import { rejectReasons as stored } from '#lib/payouts/reject-reasons.ts'

/** Ready-made reasons for a rejection: what staff choose from, and what the receiver reads. */
export const rejectReasons = {
  details: { label: 'Wrong account details', text: stored.details },
  duplicate: { label: 'Requested twice', text: stored.duplicate },
  amount: { label: 'Amount not agreed', text: stored.amount },
  document: { label: 'Missing document', text: stored.document },
} as const
