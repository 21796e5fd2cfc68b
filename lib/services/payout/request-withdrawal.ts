import { fieldsAsked } from '#lib/services/endpoint/endpoint-book.ts'
import { receiverFields } from '#lib/payouts/fields.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { ownDestination } from '#lib/services/destination/own-destination.ts'
import type { Deps, Receiver } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { acceptRequest } from './accept-request.ts'
import { statusPathOf, statusUrlOf } from './links.ts'
import { requestReceiver } from './read-request.ts'
import type { Intent } from './read-request.ts'

export type WithdrawalForm = {
  /** Made with the form, so that a double click, back, refresh and a lost answer all lead to the same payout. */
  formId: string
  amount: string
  currency: string
  /** What the account fields hold. Values that the form filled in don't count as typed. */
  destination: Record<string, string>
  /** The saved destination that was chosen; absent: what was typed. */
  savedId?: string
  description?: string
  /** The language they read the form in: they are written to in it from now on. */
  locale?: Locale
  ipAddress: string | null
}

/** Scoped to the user, so that nobody reaches another person's payout by guessing a form id. */
export const withdrawalKey = (userId: string, formId: string) => `form:${userId}:${formId}`

/** A signed-in receiver asks for a withdrawal. */
export async function requestWithdrawal(
  deps: Deps,
  actor: Actor,
  input: WithdrawalForm,
): Promise<
  | { ok: true; replayed: boolean; payoutId: string; statusUrl: string | null; statusPath: string | null }
  | Refusal<
      | 'forbidden'
      | 'invalid_request'
      | 'form_reused'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
      | 'unavailable'
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.ask') || actor.receiverId === null)
    return refuse('forbidden')
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(input.formId))
    return refuse('invalid_request', { errors: [{ path: 'formId', said: { code: 'openAgain' } }] })
  const receiver = await deps.people.findReceiver(actor.receiverId)
  if (!receiver) return refuse('forbidden')
  const where = await whereTo(deps, actor, receiver, input)
  if (!where) return refuse('unavailable', { detail: { code: 'typeAccount' } })
  const accepted = await acceptRequest(deps, actor, {
    source: 'browser',
    key: withdrawalKey(actor.id, input.formId),
    body: {
      amount: typedAmount(input.amount),
      currency: input.currency,
      receiver: requestReceiver(receiver),
      destination: where.fields,
      ...(input.description?.trim() && { description: input.description }),
    },
    ipAddress: input.ipAddress,
    ...(input.locale !== undefined && { locale: input.locale }),
    ...where.intent,
  })
  if (!accepted.ok)
    return accepted.code === 'idempotency_key_reused'
      ? refuse('form_reused', accepted.payoutId === undefined ? {} : { payoutId: accepted.payoutId })
      : { ...accepted, code: accepted.code }
  return {
    ok: true,
    replayed: accepted.replayed,
    payoutId: accepted.payout.id,
    statusUrl: statusUrlOf(deps.config, accepted.payout),
    statusPath: statusPathOf(deps.config, accepted.payout),
  }
}

/**
 * The chosen account, or the typed one; both at once are refused, because nobody knows which was meant. Null: the chosen one can't be read
 * now.
 */
async function whereTo(
  deps: Deps,
  actor: Actor,
  receiver: Receiver,
  { destination, savedId }: WithdrawalForm,
): Promise<{ fields: Record<string, string>; intent: Partial<Intent> } | null> {
  const filled = Object.entries(destination).filter(([, value]) => value.trim() !== '')
  const own = new Map<string, string | null>(
    Object.entries(receiverFields).map(([field, property]) => [field, receiver[property]]),
  )
  const typed = filled.some(([name, value]) => own.get(name) !== value.trim())
  const chosen = savedId !== undefined && savedId !== ''
  if (typed && chosen) return { fields: Object.fromEntries(filled), intent: { problems: [twoAccounts] } }
  if (!chosen) return { fields: Object.fromEntries(filled), intent: { savesFor: receiver } }
  const saved = await ownDestination(deps, actor, savedId)
  if (saved?.trouble) return null
  const gone = !saved || saved.removedAt !== null
  // Fields that the bank no longer asks for are left out.
  const { fields: asked } = await fieldsAsked(deps)
  const fields = Object.entries(saved?.fields ?? {}).filter(([name]) => asked.includes(name))
  return {
    fields: Object.fromEntries(fields),
    intent: {
      destinationId: saved?.id ?? null,
      ...(gone && {
        problems: [
          {
            path: 'savedId',
            said: { code: 'noSuchAccount' },
          },
        ],
      }),
    },
  }
}

const twoAccounts: InputProblem = { path: 'savedId', said: { code: 'twoAccounts' } }
