/** Reads a request for a grant, whether it comes by the API, the desk, a file or the command line. Pure. */
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { readGrantRequest } from '#lib/contract/grant.ts'
import type { GrantRequest } from '#lib/contract/grant.ts'
import { moneyProblems, parseAmount } from '#lib/payouts/money.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { receiverDifferences } from '#lib/payouts/text.ts'
import type { Config, Grant, Receiver } from '#lib/services/ports.ts'

export type ReadGrant =
  | { ok: true; request: GrantRequest; amountMinor: bigint }
  | { ok: false; errors: InputProblem[] }

/** A well-formed grant in a currency this endpoint pays, or everything that is wrong with it. */
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

/** Is this request the grant that its reference (or idempotency key) already names? */
export function isSameGrant(
  known: Grant,
  asked: { receiver: { externalId: string }; currency: string; amountMinor: bigint; reference: string },
): boolean {
  return (
    known.receiverExternalId === asked.receiver.externalId &&
    known.currency === asked.currency &&
    known.amountMinor === asked.amountMinor &&
    known.reference === asked.reference
  )
}

/** Does the request contradict what we know of the receiver? A grant never updates a receiver. */
export function contradicts(
  known: Receiver | undefined,
  said: { email?: string | undefined; firstName?: string | undefined; lastName?: string | undefined },
): boolean {
  // A receiver who was only ever granted something has no data yet.
  if (!known || (known.email ?? known.firstName ?? known.lastName) === null) return false
  return receiverDifferences(known, said).length > 0
}
