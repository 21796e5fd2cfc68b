/** The timeline in plain words. A new kind of event without words doesn't compile. What Cardzo wrote itself is in the details below. */
import { receiversName } from '#lib/payouts/receiver-name.ts'
import { isolated } from '#lib/payouts/text.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { voidReasonOf } from '#lib/payouts/void-reasons.ts'
import type { RejectReasonText } from '#lib/words/reject-reason-text.ts'
import type { Words } from '#lib/words/words.ts'
import type { HappeningKind, TimelineEvent } from '#lib/services/ports.ts'

type Data = Record<string, unknown>
type T = Words<'timeline'>
/** `reasonText` says a ready-made reason in the reader's language. */
type Say = { t: T; reasonText: RejectReasonText; move: PayoutMove | null }

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? isolated(value) : null
const inner = (value: unknown): Data => (typeof value === 'object' && value !== null ? { ...value } : {})

/** One sentence: what happened. Foreign text in it is marked (`isolated`), for `Sentence`. */
export function describeEvent(
  { t, reasonText }: Omit<Say, 'move'>,
  { kind, move, data }: Pick<TimelineEvent, 'kind' | 'move' | 'data'>,
): string {
  return sentences[kind](data, { t, reasonText, move })
}

const sentences = {
  requested: (_, { t }) => t('requested'),
  check_intended: ({ attempt = 1 }, { t }) => t(attempt === 1 ? 'checkStarted' : 'checkRepeated'),
  check_answered: (data, { t }) => checkAnswered(data, t),
  status_answered: statusAnswered,
  pay_claimed: (_, { t }) => t('payClaimed'),
  pay_answered: (data, { t }) => payAnswered(data, t),
  callback_received: ({ status }, { t }) => {
    const word = typeof status === 'string' ? status.trim().toLowerCase() : ''
    return t(`callback.${isOneOf(callbackWords, word) ? word : 'other'}`)
  },
  receiver_returned: (_, { t }) => t('returned'),
  decided: (data, { t, reasonText, move }) => {
    if (move === 'approve') return approved(data, t)
    if (move !== 'reject') return t('decided')
    const reason = typeof data['reason'] === 'string' ? text(reasonText(data['reason'])) : null
    return reason === null ? t('rejected') : t('rejectedReason', { reason })
  },
  approval_given: (data, { t }) => (data['stale'] === true ? t('approvedLate') : approved(data, t)),
  approval_undone: (_, { t }) => t('approvalUndone'),
  approvals_voided: ({ why }, { t }) => t(voidReasonOf(why) === 'lacking' ? 'voidedLacking' : 'voided'),
  destination_frozen: (_, { t }) => t('frozen'),
  destination_released: (data, { t }) => {
    const reason = text(data['reason'])
    return reason === null ? t('released') : t('releasedReason', { reason })
  },
  expired: (_, { t }) => t('expired'),
  taken_back: (_, { t }) => t('takenBack'),
  link_revoked: (_, { t }) => t('linkEnded'),
  revealed: (_, { t }) => t('revealed'),
  noted: ({ toReceiver }, { t }) => t(toReceiver === true ? 'notedReceiver' : 'noted'),
  settlement_proposed: (data, { t }) => {
    if (data['stale'] === true) return t('settling.proposedLate')
    const { outcome, reason } = settlement(data)
    return reason === null
      ? t(`settling.proposed.${outcome}`)
      : t(`settling.proposedReason.${outcome}`, { reason })
  },
  settlement_withdrawn: ({ stale }, { t }) =>
    t(stale === true ? 'settling.withdrawnLate' : 'settling.withdrawn'),
  settled: (data, { t }) => {
    if (data['stale'] === true) return t('settling.settledLate')
    const { outcome, reason } = settlement(data)
    return reason === null
      ? t(`settling.settled.${outcome}`)
      : t(`settling.settledReason.${outcome}`, { reason })
  },
  worker_failed: (_, { t }) => t('workerFailed'),
} as const satisfies Record<HappeningKind, (data: Data, say: Say) => string>

const isOneOf = <One extends string>(words: readonly One[], word: unknown): word is One =>
  (words as readonly unknown[]).includes(word)

const callbackWords = ['approved', 'declined', 'filtered', 'error', 'processing', 'unknown'] as const
const verdicts = ['validating', 'validated', 'beyond', 'approved', 'inconclusive'] as const

const settlement = ({ outcome, reason }: Data) => ({
  outcome: outcome === 'paid' ? ('paid' as const) : ('failed' as const),
  reason: text(reason),
})

/** Which approval of how many, and what the approver wrote. */
function approved(data: Data, t: T): string {
  const [given, needed, note] = [data['approvals'], data['approvalsRequired'], text(data['note'])]
  // Of one approval there is nothing to count.
  if (typeof given !== 'number' || typeof needed !== 'number' || needed < 2)
    return note === null ? t('approved') : t('approvedNote', { note })
  return note === null ? t('approvedOf', { given, needed }) : t('approvedOfNote', { given, needed, note })
}

/** No answer at all, or one that we don't believe? */
const isUnreadable = (data: Data) => typeof inner(data['exchange'])['httpStatus'] === 'number'

function checkAnswered(data: Data, t: T): string {
  const message = text(data['message'])
  switch (data['kind']) {
    case 'accepted':
      return t('check.accepted')
    case 'refused':
      return message === null ? t('check.refused') : t('check.refusedBecause', { message })
    case 'error':
      return message === null ? t('check.error') : t('check.errorBecause', { message })
    case 'not_sent':
      return t('check.not_sent')
    case 'locked_out':
      return t('check.locked_out')
    case 'silence':
      return t(isUnreadable(data) ? 'check.unreadable' : 'check.silence')
    default:
      return t('check.answered')
  }
}

function payAnswered(data: Data, t: T): string {
  const message = text(data['message'])
  switch (data['kind']) {
    case 'accepted':
      return t('pay.accepted')
    case 'refused':
      return message === null ? t('pay.refused') : t('pay.refusedBecause', { message })
    case 'error':
      return message === null ? t('pay.error') : t('pay.errorBecause', { message })
    case 'not_sent':
      return t('pay.not_sent')
    case 'locked_out':
      return t('pay.locked_out')
    case 'silence':
      return t(isUnreadable(data) ? 'pay.unreadable' : 'pay.silence')
    case 'lost':
      return t('pay.lost')
    default:
      return t('pay.answered')
  }
}

const movedWords = ['auto_approve', 'revalidate', 'ask_receiver', 'lose_track', 'fail'] as const

/** An answer to a status request: what it led to, else what Cardzo said. */
function statusAnswered(data: Data, { t, move }: Say): string {
  const { verdict, errorMessage } = inner(data['order'])
  const message = text(errorMessage)
  switch (verdict) {
    case 'declined':
      return message === null ? t('status.declined') : t('status.declinedBecause', { message })
    case 'filtered':
      return message === null ? t('status.filtered') : t('status.filteredBecause', { message })
    case 'error':
      return message === null ? t('status.error') : t('status.errorBecause', { message })
    case 'unknown':
      return t('status.unknown')
  }
  if (isOneOf(movedWords, move)) return t(`moved.${move}`)
  if (isOneOf(verdicts, verdict)) return t(`status.${verdict}`)
  if (text(data['trouble']) !== null) return t('status.trouble')
  switch (data['kind']) {
    case 'not_sent':
    case 'locked_out':
    case 'no_such_order':
    case 'other_operation':
      return t(`status.${data['kind']}`)
    case 'silence':
      return t(isUnreadable(data) ? 'status.unreadable' : 'status.silence')
    default:
      return t('status.answered')
  }
}

/** "Checking → Awaiting approval", or null when nothing moved. */
export function describeStep(
  { t, label }: { t: T; label: Words<'status'> },
  { fromStatus, toStatus }: Pick<TimelineEvent, 'fromStatus' | 'toStatus'>,
): string | null {
  if (toStatus === null || fromStatus === toStatus) return null
  const to = label(`label.${toStatus}`)
  return fromStatus === null ? to : t('step', { a: label(`label.${fromStatus}`), b: to })
}

/** Who or what did it. */
export function actorText(
  t: T,
  { actorKind, actorName }: Pick<TimelineEvent, 'actorKind' | 'actorName'>,
): string {
  switch (actorKind) {
    case 'user':
      return actorName === receiversName ? t('by.receiver') : actorName
    case 'api_key':
      return t('by.apiKey', { name: actorName })
    case 'operator':
      return t('by.operator', { name: actorName })
    case 'worker':
    case 'cardzo':
    case 'stranger':
      return t(`by.${actorKind}`)
  }
}
