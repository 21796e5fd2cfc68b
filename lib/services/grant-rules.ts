/** What a grant must be, whichever way it comes: by the API, the desk, a file or the command line. Pure. */
import { readGrantRequest } from '#lib/contract/grant.ts'
import type { GrantRequest } from '#lib/contract/grant.ts'
import { amountProblemText, parseAmount } from '#lib/payouts/money.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { describeIssue } from './accept-request.ts'
import type { Config, Grant, Receiver } from './ports.ts'

export type ReadGrant =
  { ok: true; request: GrantRequest; amountMinor: bigint } | { ok: false; errors: InputProblem[] }

/** A well-formed grant in a currency that this endpoint pays, or everything that is wrong with it. */
export function readGrant(config: Pick<Config, 'currencies'>, body: unknown): ReadGrant {
  const parsed = readGrantRequest(body)
  if (!parsed.success) return { ok: false, errors: parsed.error.issues.flatMap(describeIssue) }
  const request = parsed.data
  const errors: InputProblem[] = []
  if (!config.currencies.includes(request.currency))
    errors.push({ path: 'currency', message: `Choose one of ${config.currencies.join(', ')}.` })
  const amount = parseAmount(request.amount, request.currency)
  if (!amount.ok) errors.push({ path: 'amount', message: amountProblemText[amount.problem] })
  if (errors.length > 0 || !amount.ok) return { ok: false, errors }
  return { ok: true, request, amountMinor: amount.amountMinor }
}

/** Is this wish the grant that its reference (or key) names already? */
export function isSameGrant(
  known: Grant,
  wish: { receiver: { externalId: string }; currency: string; amountMinor: bigint; reference: string },
): boolean {
  return (
    known.receiverExternalId === wish.receiver.externalId &&
    known.currency === wish.currency &&
    known.amountMinor === wish.amountMinor &&
    known.reference === wish.reference
  )
}

/** Does the wish say something about the receiver that is known otherwise? Nothing is ever updated by a grant. */
export function contradicts(
  known: Receiver | undefined,
  said: { email?: string | undefined; firstName?: string | undefined; lastName?: string | undefined },
): boolean {
  // Of one who was only ever granted something nothing is known yet.
  if (!known || (known.email ?? known.firstName ?? known.lastName) === null) return false
  return (['email', 'firstName', 'lastName'] as const).some(
    (name) => said[name] !== undefined && said[name] !== known[name],
  )
}
