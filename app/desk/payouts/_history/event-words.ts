/** The timeline in plain words. A new kind of event without words doesn't compile. */
import { isolated } from '#lib/payouts/text.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { HappeningKind, TimelineEvent } from '#lib/services/ports.ts'

type Data = Record<string, unknown>

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? isolated(value) : null
const inner = (value: unknown): Data => (typeof value === 'object' && value !== null ? { ...value } : {})

/** One sentence: what happened. */
export function describeEvent({ kind, move, data }: Pick<TimelineEvent, 'kind' | 'move' | 'data'>): string {
  return sentences[kind](data, move)
}

const sentences = {
  requested: () => 'Asked for this payout.',
  check_intended: (data) =>
    data['attempt'] === 1 || data['attempt'] === undefined
      ? 'Set out to ask the bank (payout-check).'
      : 'Set out to ask the bank once more (payout-check).',
  check_answered: (data) => answered('payout-check', data),
  status_answered: (data) => {
    const order = inner(data['order'])
    const status = text(order['rawStatus'])
    if (status === null) return text(data['trouble']) ?? answered('the status request', data)
    const stage = text(order['rawStage'])
    return `Cardzo says: ${status}${stage === null ? '' : `, ${stage}`}.`
  },
  pay_claimed: () => 'Claimed the payment: payout-pay is sent next, once.',
  pay_answered: (data) => answered('payout-pay', data),
  callback_received: (data) =>
    `Cardzo called back${text(data['status']) === null ? '' : ` with "${text(data['status'])}"`}.`,
  receiver_returned: () => 'The receiver came back from the bank.',
  decided: (data, move) => {
    const reason = text(data['reason'])
    const did =
      move === 'approve' ? 'Approved this payout' : move === 'reject' ? 'Rejected this payout' : 'Decided'
    const said = reason ?? text(data['note'])
    return said === null ? `${did}.` : `${did}: ${said}`
  },
  approval_given: (data) =>
    data['stale'] === true
      ? 'Approved this payout, too late: it had moved on.'
      : `Approved this payout, ${String(data['approvals'])} of ${String(data['approvalsRequired'])}${text(data['note']) === null ? '.' : `: ${text(data['note'])}`}`,
  approval_undone: () => 'Took the own approval back.',
  approvals_voided: (data) => `Approvals no longer count. ${text(data['why']) ?? ''}`.trim(),
  destination_frozen: () => 'The receiver froze the account. Nothing is sent until it is released.',
  destination_released: (data) =>
    `Ended the cooling-off time of the destination${text(data['reason']) === null ? '' : `: ${text(data['reason'])}`}.`,
  expired: () => 'Nobody decided in time.',
  taken_back: () => 'Took the request back.',
  link_revoked: () => "Ended the receiver's status link.",
  revealed: () => 'Looked at the full account number.',
  noted: (data) => (data['toReceiver'] === true ? 'Wrote a note to the receiver.' : 'Wrote a note.'),
  settlement_proposed: (data) =>
    data['stale'] === true
      ? 'Proposed a settlement, too late.'
      : `Proposed to settle it as ${settledAs(data)}.`,
  settlement_withdrawn: (data) =>
    data['stale'] === true ? 'Withdrew a settlement, too late.' : 'Withdrew the proposed settlement.',
  settled: (data) =>
    data['stale'] === true
      ? 'Confirmed a settlement, too late: the payout had moved on.'
      : `Confirmed that it is settled as ${settledAs(data)}.`,
  worker_failed: (data) =>
    `The worker failed at this payout${text(data['message']) === null ? '' : `: ${text(data['message'])}`}.`,
} as const satisfies Record<HappeningKind, (data: Data, move: PayoutMove | null) => string>

/** The outcome, and the reason that was given for it. */
function settledAs(data: Data): string {
  const reason = text(data['reason'])
  return `${text(data['outcome']) ?? 'ended'}${reason === null ? '' : `: “${reason}”`}`
}

/** How a request of ours went. */
function answered(request: string, data: Data): string {
  const why = text(data['why']) ?? text(data['message'])
  const because = why === null ? '' : ` (${why})`
  switch (data['kind']) {
    case 'accepted':
      return `Cardzo accepted ${request}.`
    case 'refused':
      return `Cardzo refused ${request}${because}.`
    case 'error':
      return `Cardzo answered ${request} with an error${because}.`
    case 'not_sent':
      return `Nothing was sent for ${request}${because}.`
    case 'locked_out':
      return `Cardzo did not let ${request} in (HTTP ${String(data['httpStatus'])}).`
    case 'other_operation': {
      const { type, rawStatus } = inner(data['operation'])
      return `Cardzo reported another operation: ${text(type) ?? '?'}, ${text(rawStatus) ?? '?'}.`
    }
    case 'no_such_order':
      return 'Cardzo knows no such order yet.'
    case 'silence':
    case 'lost':
      return `No answer to ${request} that could be believed${because}.`
    default:
      return `Cardzo answered ${request}.`
  }
}

/** "Checking → Awaiting approval", or null when nothing moved. */
export function describeStep({
  fromStatus,
  toStatus,
}: Pick<TimelineEvent, 'fromStatus' | 'toStatus'>): string | null {
  if (toStatus === null || fromStatus === toStatus) return null
  const to = wordsFor('en', 'status')(`label.${toStatus}`)
  return fromStatus === null ? to : `${wordsFor('en', 'status')(`label.${fromStatus}`)} → ${to}`
}
