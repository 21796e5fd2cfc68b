/** The one way a payout is made. The API, the receiver's form and the desk all translate into it. */
import type { PayoutRequest } from '#lib/contract/payout.ts'
import { askableDetail } from '#lib/payouts/holding.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { draftDestination } from '#lib/services/destination/new-destination.ts'
import { judgedBy } from '#lib/services/endpoint/endpoint-book.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { mayComeBack } from '#lib/services/seal/seal-trouble.ts'
import type {
  Deps,
  DestinationDraft,
  MailDraft,
  NewPayout,
  Payout,
  PayoutSource,
} from '#lib/services/ports.ts'
import { draftPayout } from './draft-payout.ts'
import { readBody } from './read-request.ts'
import type { Intent, ReadRequest } from './read-request.ts'
import { payAtProblems } from './pay-at.ts'
import { refuseMismatch } from './receiver-mismatch.ts'
import { requestHash, requestPlace } from './request-hash.ts'

export type Accepted = { ok: true; replayed: boolean; payout: Payout }
type Reason =
  | 'invalid_request'
  | 'idempotency_key_reused'
  | 'receiver_mismatch'
  | 'limit_exceeded'
  | 'insufficient_balance'
  | 'unavailable'

/** What was made of this very request before, under its key; null: nothing was. */
export async function findRepeated(
  deps: Deps,
  actor: Actor,
  intent: Intent,
): Promise<Accepted | Refusal<Reason> | null> {
  const { read, earlier } = await lookUp(deps, actor, intent)
  return earlier ? replay(deps, earlier, read) : null
}

async function lookUp(deps: Deps, actor: Actor, intent: Intent) {
  const judgedSource = intent.replaces?.judgedSource ?? judgedAs(intent.source, actor)
  const { endpoint, ...rules } = await judgedBy(deps, { ...currencyOf(intent.body), source: judgedSource })
  return { judgedSource, endpoint, ...readBody(rules, intent), ...(await deps.payouts.opening(intent.key)) }
}

/**
 * Looks the key up first, so that a replay survives changes of configuration; only then validates and stores. A refused request stores
 * nothing and uses up no key.
 */
export async function acceptRequest(
  deps: Deps,
  actor: Actor,
  intent: Intent,
): Promise<Accepted | Refusal<Reason>> {
  const { judgedSource, endpoint, read, errors, earlier, policy, settings } = await lookUp(
    deps,
    actor,
    intent,
  )
  if (earlier) return replay(deps, earlier, read)
  const wrong = [...errors, ...payAtProblems(read?.request.payAt, deps.clock.wallMs())]
  if (!read?.amount.ok || wrong.length > 0 || !endpoint) return refuse('invalid_request', { errors: wrong })

  const { request } = read
  const { currency } = request
  const { limits } = currencyPolicy(policy.body, currency)
  // The merchant vouches for what its systems and its clerks ask for.
  const required = judgedSource === 'browser' ? settings.requireBalance : settings.requireBalanceMerchant
  const draft = draftPayout(deps, actor, intent, read, {
    endpoint,
    policyVersion: policy.version,
    judgedSource,
    reserves: required || (intent.replaces?.reserves ?? false),
  })
  const most = limitMinor(limits.payout, currency)
  if (most !== null && draft.amountMinor > most)
    return refuse('limit_exceeded', {
      detail: { code: 'mostPerPayout', most: displayAmount(most, currency) },
    })
  const saves = await savedWith(deps, actor, intent, request)
  // Another system tells its people itself, and answers sooner without a mail to write. Nobody in a batch has asked for anything.
  const isTold = intent.source !== 'api' && intent.source !== 'batch' && !intent.replaces
  const mails = isTold ? await requestedMails(deps, draft) : []
  const stored = await deps.payouts.create({ ...draft, saves }, actor, mails, {
    dayMinor: limitMinor(limits.receiverDay, currency),
    monthMinor: limitMinor(limits.receiverMonth, currency),
  })
  switch (stored.kind) {
    case 'receiver_mismatch':
      return refuseMismatch(deps, request.receiver)
    case 'limit_exceeded':
      return refuse('limit_exceeded', {
        detail: {
          code: mostOf[stored.which],
          most: displayAmount(stored.leftMinor, currency),
        },
      })
    case 'insufficient_balance':
      return refuse('insufficient_balance', {
        detail: askableDetail(stored, currency),
      })
    case 'existing':
      return replay(deps, stored.payout, read)
    case 'created':
      return { ok: true, replayed: false, payout: stored.payout }
  }
}

export const currencyOf = (body: unknown): { currency: unknown } => ({
  currency: typeof body === 'object' && body !== null && 'currency' in body ? body.currency : undefined,
})

/** The policy judges a batch as what its file came through. The database makes the same of it. */
const judgedAs = (source: Intent['source'], actor: Actor): PayoutSource =>
  source !== 'batch' ? source : actor.kind === 'api_key' ? 'api' : 'desk'

/** In the language that is known of them, where the request names none. */
async function requestedMails(deps: Deps, draft: NewPayout): Promise<MailDraft[]> {
  const { receiver } = draft
  const [known] = receiver.locale === null ? await deps.ledger.receivers([receiver.externalId]) : []
  const locale = receiver.locale ?? known?.locale ?? null
  return mailsOn(
    deps,
    { ...draft, receiver: { ...receiver, locale }, linkRevokedAt: null, finalAt: null, gatewayCode: null },
    'requested',
  )
}

async function savedWith(
  deps: Deps,
  actor: Actor,
  { savesFor, locale }: Intent,
  { destination }: PayoutRequest,
): Promise<DestinationDraft | null> {
  if (!savesFor || actor.kind !== 'user') return null
  const receiver = { ...savesFor, locale: locale ?? savesFor.locale }
  return draftDestination(deps, actor, { receiver, fields: destination })
}

const mostOf = { receiver_day: 'mostToday', receiver_month: 'mostThisMonth' } as const

function replay(
  { vault }: Pick<Deps, 'vault'>,
  earlier: Payout,
  read: ReadRequest | null,
): Accepted | Refusal<Reason> {
  // Without the data key nobody can tell whether it is the same request.
  if (mayComeBack(earlier.destinationTrouble)) return refuse('unavailable')
  if (!read || requestHash(read) !== vault.open(earlier.requestHash, requestPlace(earlier.id)))
    return refuse('idempotency_key_reused', { payoutId: earlier.id })
  return { ok: true, replayed: true, payout: earlier }
}
