/** What a grant must be, whichever way it comes: by the API, the desk, a file or the command line. Pure. */
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { readGrantRequest } from '#lib/contract/grant.ts'
import type { GrantRequest } from '#lib/contract/grant.ts'
import { moneyProblems, parseAmount } from '#lib/payouts/money.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { receiverDifferences } from '#lib/payouts/text.ts'
import type { Config, Grant, Receiver } from '#lib/services/ports.ts'

export type ReadGrant =
  { ok: true; request: GrantRequest; amountMinor: bigint } | { ok: false; errors: InputProblem[] }

/** A well-formed grant in a currency that this endpoint pays, or everything that is wrong with it. */
export function readGrant({ currencies }: Pick<Config, 'currencies'>, body: unknown): ReadGrant {
  const parsed = readGrantRequest(body)
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap(describeIssue)
    const told = new Set(found.map(({ path }) => path))
    const further = problemsOfParts(currencies, body).filter(({ path }) => !told.has(path))
    return { ok: false, errors: [...found, ...further] }
  }
  const request = parsed.data
  const amount = parseAmount(request.amount, request.currency)
  const errors = moneyProblems(currencies, request, amount)
  if (errors.length > 0 || !amount.ok) return { ok: false, errors }
  return { ok: true, request, amountMinor: amount.amountMinor }
}

/** What is wrong with the amount and currency of a body that has another shape, if they have theirs. */
function problemsOfParts(currencies: readonly string[], body: unknown): InputProblem[] {
  const { amount, currency }: Record<string, unknown> =
    typeof body === 'object' && body !== null ? { ...body } : {}
  if (typeof currency !== 'string' || typeof amount !== 'string') return []
  return moneyProblems(currencies, { amount, currency }, parseAmount(amount, currency))
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
  return receiverDifferences(known, said).length > 0
}
