// What happened to one of the demo's payouts, step by step, with the words that the worker and the verbs would have left.
import type { Actor } from '#lib/payouts/permissions.ts'
import { rejectReasons } from '#lib/payouts/reject-reasons.ts'
import { next } from '#lib/payouts/transitions.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { PastPayout, PastStep } from '#lib/runtime/demo-past.ts'
import type { ItemDraft, User } from '#lib/services/ports.ts'
import { pick } from './demo-random.ts'

/** As the gateway reads these words. */
function verdictOf(rawStatus: string, rawStage: string): string {
  if (rawStatus !== 'processing') return rawStatus
  if (rawStage === 'payout_check_validating') return 'validating'
  return rawStage === 'payout_check_validated' ? 'validated' : 'beyond'
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How it ended, or where it is now. */
export type Story = PayoutStatus | 'check_declined' | 'half_approved'

export const open: readonly Story[] = [
  'outcome_unknown',
  'processing',
  'action_required',
  'paying',
  'approved',
  'awaiting_approval',
  'half_approved',
  'checking',
  'requested',
]
const refusals = [
  { code: '5', message: 'Declined by the bank' },
  { code: '17', message: 'Declined by the receiver on the form of the bank' },
  { code: '51', message: 'The account cannot receive this amount' },
] as const

type Tale = Pick<PastPayout, 'steps' | 'approvals' | 'facts' | 'items' | 'progress'>

/** What happened to it, step by step. Illegal moves throw. */
export function tell(
  {
    approvers,
    random,
    name,
    at,
    now,
  }: {
    approvers: readonly User[]
    random: () => number
    name: Story
    /** When it was asked for. */
    at: Date
    now: Date
  },
  about: { orderId: string; needed: number; amount: string; currency: string; asker: Actor; receiver: User },
): Tale {
  const steps: PastStep[] = []
  const approvals: Tale['approvals'][number][] = []
  const facts: Tale['facts'] = {}
  const worker: Actor = { kind: 'worker', id: 'demo' }
  let status: PayoutStatus = 'requested'
  let clock = at.getTime()
  const isOpen = open.includes(name)
  const left = () => now.getTime() - clock
  /** Open payouts are young: their story is told within the time there is. */
  const later = (ms: number) => {
    clock += Math.round(isOpen ? Math.min(ms, left() / 3) : ms)
    return new Date(clock)
  }
  const add = (
    after: number,
    kind: PastStep['kind'],
    data: Record<string, unknown>,
    move?: PayoutMove,
    actor: Actor = worker,
  ) => {
    const to = move === undefined ? undefined : next(status, move)
    if (move !== undefined && to === undefined) throw new Error(`Bug: ${move} is not a move from ${status}`)
    const moved = move !== undefined && to !== undefined ? { move, from: status, to } : null
    steps.push({ at: later(after), kind, actor, data, moved })
    status = to ?? status
  }
  const answer = (rawStatus: string, rawStage: string, more: Record<string, unknown> = {}) => {
    facts.gatewayStatus = rawStatus
    facts.gatewayStage = rawStage
    const { amount, currency, orderId } = about
    const verdict = verdictOf(rawStatus, rawStage)
    return { order: { verdict, rawStatus, rawStage, amount, currency, orderId, ...more } }
  }
  const over = (items: ItemDraft[] = [], progress: Tale['progress'] = {}): Tale => ({
    steps,
    approvals,
    facts,
    items,
    progress,
  })
  const end = (
    move: PayoutMove,
    rawStatus: string,
    stage: string,
    refusal: { code: string; message: string },
  ) => {
    facts.gatewayCode = refusal.code
    facts.gatewayMessage = refusal.message
    add(
      20 * minute + random() * 3 * hour,
      'status_answered',
      answer(rawStatus, stage, { errorCode: refusal.code, errorMessage: refusal.message }),
      move,
    )
    return over()
  }

  add(300, 'check_intended', { attempt: 1 })
  if (name === 'requested') {
    add(minute, 'check_intended', { attempt: 2 })
    const looks = [5, 4, 3].map((ago) => new Date(now.getTime() - ago * minute).toISOString())
    return over(
      [
        {
          kind: 'check_unresolved',
          severity: 'high',
          what: 'Cardzo answers neither yes nor no to payout-check',
          why: 'It was sent twice and Cardzo still knows no such order. Nothing was paid. The portal goes on looking; ask Cardzo, or reject the payout.',
        },
      ],
      { checkAttempts: 2, noSuchOrderAt: looks },
    )
  }
  facts.orderId = about.orderId
  add(900, 'check_answered', { kind: 'accepted', orderId: about.orderId, attempt: 1 }, 'find_order')
  const validating = answer('processing', 'payout_check_validating')
  if (name === 'checking') {
    add(1000, 'status_answered', validating)
    return over()
  }
  if (name === 'check_declined') return end('decline', 'declined', 'payout_check_declined', refusals[2])
  add(2000 + random() * 20_000, 'status_answered', answer('processing', 'payout_check_validated'), 'validate')
  facts.validatedAt = new Date(clock)
  facts.expiresAt = new Date(clock + 7 * day)

  if (name === 'cancelled') {
    add(
      hour + random() * hour,
      'taken_back',
      {},
      'cancel',
      about.asker.kind === 'worker' ? worker : about.asker,
    )
    return over()
  }
  if (name === 'expired') {
    add(7 * day, 'expired', {}, 'expire')
    return over()
  }
  if (name === 'rejected') {
    const [approver] = approvers
    facts.failureMessage = rejectReasons.document
    add(2 * hour + random() * hour, 'decided', { reason: facts.failureMessage }, 'reject', actorOf(approver))
    return over()
  }
  if (name === 'awaiting_approval') return over()
  const approve = (person: User | undefined, given: number) => {
    const isLast = given === about.needed
    const data = { orderId: about.orderId, approvals: given, approvalsRequired: about.needed }
    // People answer within minutes or after lunch, and some sleep over it.
    add(
      4 * minute + random() ** 3 * 20 * hour,
      isLast ? 'decided' : 'approval_given',
      data,
      isLast ? 'approve' : 'endorse',
      actorOf(person),
    )
    if (!person) throw new Error('Bug: an approval of nobody')
    approvals.push({
      at: new Date(clock),
      approverId: person.id,
      approverName: person.name,
      personId: person.personId,
    })
    if (isLast) {
      facts.approvedAt = new Date(clock)
      facts.approvedById = person.id
    }
  }
  const order = random() < 0.5 ? approvers : [...approvers].reverse()
  const given = name === 'half_approved' ? 1 : about.needed
  for (let n = 1; n <= given; n++) approve(order[n - 1], n)
  if (name === 'half_approved') return over()
  if (name === 'approved') {
    // A new destination is cooling off, so it waits for longer than anybody watches.
    facts.coolingOffUntil = new Date(now.getTime() + 30 * day)
    return over()
  }

  add(15_000, 'pay_claimed', {}, 'claim')
  facts.payClaimedAt = new Date(clock)
  if (name === 'paying') {
    // Payout-pay was refused while the bank had taken its word back, and Cardzo has not said since that it has it again.
    facts.validatedAt = now
    const refused = { code: '1', message: 'Order is not ready for payout-pay' }
    add(500, 'pay_answered', { kind: 'refused', ...refused })
    add(4000, 'status_answered', answer('processing', 'payout_check_validating'))
    return over([], { payRefused: refused })
  }
  add(700, 'pay_answered', { kind: 'accepted' }, 'proceed')
  answer('processing', 'payout_processing')
  if (name === 'processing') return over()
  if (name === 'outcome_unknown') {
    add(2 * minute, 'status_answered', answer('unknown', 'payout_unknown'), 'lose_track')
    return over([
      {
        kind: 'outcome_unknown',
        severity: 'critical',
        what: 'It is not known whether this payout was paid',
        why: 'Cardzo itself answers that the outcome is unknown. It will not be sent again. The portal keeps asking Cardzo; ask its support too, with the order ids.',
      },
    ])
  }
  if (name === 'action_required' || random() < 0.25) {
    add(3000, 'status_answered', answer('processing', 'payout_processing'), 'ask_receiver')
    if (name === 'action_required') return over()
    add(5 * minute + random() * hour, 'receiver_returned', {}, undefined, { kind: 'stranger' })
  }
  if (name === 'declined')
    return end('decline', 'declined', 'payout_declined', pick(refusals.slice(0, 2), random))
  if (name === 'filtered')
    return end('filter', 'filtered', 'payout_filtered', { code: '8', message: 'Stopped by a filter' })
  if (name === 'failed')
    return end('fail', 'error', 'payout_error', { code: '99', message: 'Internal error of the bank' })
  // Banks pay within the hour, and now and then on the next working day.
  add(
    3 * minute + random() ** 4 * 26 * hour,
    'status_answered',
    answer('approved', 'payout_approved'),
    'confirm',
  )
  return over()
}

function actorOf(user: User | undefined): Actor {
  if (!user) throw new Error('Bug: the demo lacks a person')
  const { id, name, role, receiverId } = user
  return { kind: 'user', id, name, role, receiverId }
}
