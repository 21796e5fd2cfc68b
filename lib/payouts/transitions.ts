/** The lifecycle of a payout: its statuses, and every move between them. People and machines see these words. */

export const payoutStatuses = [
  'requested',
  'checking',
  'awaiting_approval',
  'approved',
  'paying',
  'action_required',
  'processing',
  'outcome_unknown',
  'paid',
  'declined',
  'filtered',
  'failed',
  'rejected',
  'cancelled',
  'expired',
] as const
export type PayoutStatus = (typeof payoutStatuses)[number]

export const payoutMoves = [
  'find_order',
  'validate',
  'auto_approve',
  'endorse',
  'approve',
  'undo',
  'void_approval',
  'revalidate',
  'claim',
  'release_unsent',
  'lose_track',
  'proceed',
  'ask_receiver',
  'confirm',
  'decline',
  'filter',
  'fail',
  'reject',
  'cancel',
  'expire',
  'settle_paid',
  'settle_failed',
] as const
export type PayoutMove = (typeof payoutMoves)[number]

/** The moves that Cardzo's answers make, whatever we were waiting for. */
const verdicts = {
  proceed: 'processing',
  ask_receiver: 'action_required',
  confirm: 'paid',
  decline: 'declined',
  filter: 'filtered',
  fail: 'failed',
} as const

/** Possible until payout-pay is claimed. */
const takeBack = { reject: 'rejected', cancel: 'cancelled', expire: 'expired' } as const

/** Every legal move. A pair missing here is illegal. */
export const transitions = {
  // Accepted here. Cardzo may or may not know the order yet.
  requested: {
    find_order: 'checking',
    validate: 'awaiting_approval',
    auto_approve: 'approved',
    ...verdicts,
    ...takeBack,
  },
  checking: { validate: 'awaiting_approval', auto_approve: 'approved', ...verdicts, ...takeBack },
  awaiting_approval: {
    // One of several people agrees; the last one approves.
    endorse: 'awaiting_approval',
    approve: 'approved',
    // One of several takes their approval back before the others have agreed.
    undo: 'awaiting_approval',
    revalidate: 'checking',
    ...verdicts,
    ...takeBack,
  },
  approved: {
    claim: 'paying',
    // An approver takes it back within the send delay, or an approval no longer counts.
    undo: 'awaiting_approval',
    void_approval: 'awaiting_approval',
    revalidate: 'checking',
    ...verdicts,
    ...takeBack,
  },
  // From here on money may be moving. Only Cardzo's word ends it, and silence is never read as failure.
  paying: { release_unsent: 'approved', lose_track: 'outcome_unknown', ...verdicts },
  action_required: {
    proceed: 'processing',
    lose_track: 'outcome_unknown',
    confirm: 'paid',
    decline: 'declined',
    filter: 'filtered',
    fail: 'failed',
  },
  processing: {
    ask_receiver: 'action_required',
    lose_track: 'outcome_unknown',
    confirm: 'paid',
    decline: 'declined',
    filter: 'filtered',
    fail: 'failed',
  },
  // Cardzo's word ends it or, when Cardzo can't tell, two people with evidence.
  outcome_unknown: { ...verdicts, settle_paid: 'paid', settle_failed: 'failed' },
  paid: {},
  declined: {},
  filtered: {},
  failed: {},
  rejected: {},
  cancelled: {},
  expired: {},
} as const satisfies Record<PayoutStatus, Partial<Record<PayoutMove, PayoutStatus>>>

/** Who makes each move; `advance` refuses everybody else. Whether this very person may: lib/payouts/permissions.ts. */
export const movers = {
  find_order: 'worker',
  validate: 'worker',
  auto_approve: 'worker',
  endorse: 'approver',
  approve: 'approver',
  undo: 'approver',
  void_approval: 'worker',
  revalidate: 'worker',
  claim: 'worker',
  release_unsent: 'worker',
  lose_track: 'worker',
  proceed: 'worker',
  ask_receiver: 'worker',
  confirm: 'worker',
  decline: 'worker',
  filter: 'worker',
  fail: 'worker',
  reject: 'approver',
  cancel: 'requester',
  expire: 'worker',
  settle_paid: 'two_approvers',
  settle_failed: 'two_approvers',
} as const satisfies Record<PayoutMove, 'worker' | 'approver' | 'requester' | 'two_approvers'>

/** The status a move leads to, or undefined when the move is illegal from here. */
export function next(from: PayoutStatus, move: PayoutMove): PayoutStatus | undefined {
  const moves: Partial<Record<PayoutMove, PayoutStatus>> = transitions[from]
  return moves[move]
}

/** Nothing leads out of a final status. */
export function isFinal(status: PayoutStatus): boolean {
  return Object.keys(transitions[status]).length === 0
}

export const finalStatuses = payoutStatuses.filter(isFinal)
export const openStatuses = payoutStatuses.filter((status) => !isFinal(status))

/** True until payout-pay is claimed: until then it can be taken back without putting money in doubt. */
export function isBeforeClaim(status: PayoutStatus): boolean {
  return next(status, 'cancel') !== undefined
}
