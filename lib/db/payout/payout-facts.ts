/** Facts of a payout in hand-written statements: their columns, and writing them alone, without a move. */
import { parameters } from '#lib/db/engine/parameters.ts'
import type { AddValue, Statement } from '#lib/db/engine/parameters.ts'
import type { Lease, PayoutFacts } from '#lib/services/ports.ts'

/** Facts in the payout's own row. The worker's notes are in its row of due work. */
export type PlainFacts = Omit<PayoutFacts, 'progress'>

/** The database's now plus milliseconds, in whole milliseconds like the columns. Rounded down, so that 0 is due at once. */
export const fromNow = (ms: string) =>
  `date_trunc('milliseconds', now() + ${ms}::double precision * interval '1 millisecond')`

/** Column and value of each fact, read from the facts as JSON. What isn't given keeps its value, so that all facts share one text. */
const factColumns: Record<
  keyof PlainFacts,
  [column: string, value: (facts: string, name: string) => string]
> = {
  orderId: ['order_id', asText],
  gatewayStatus: ['gateway_status', asText],
  gatewayStage: ['gateway_stage', asText],
  gatewayAmount: ['gateway_amount', asText],
  gatewayCurrency: ['gateway_currency', asText],
  redirectUrl: ['redirect_url', asText],
  failureMessage: ['failure_message', asText],
  gatewayCode: ['gateway_code', asText],
  gatewayMessage: ['gateway_message', asText],
  approvedById: ['approved_by_id', (facts, name) => `(${asText(facts, name)})::uuid`],
  approvalsRequired: ['approvals_required', (facts, name) => `(${asText(facts, name)})::int`],
  policyNote: ['policy_note', asJson],
  risk: ['risk', asJson],
  settledBy: ['settled_by', asJson],
  validatedAt: ['validated_at', (facts, name) => `(${asText(facts, name)})::timestamptz`],
  validatedNow: ['validated_at', () => 'now()'],
  claimedNow: ['pay_claimed_at', () => 'now()'],
  approvedNow: ['approved_at', () => 'now()'],
  returnedNow: ['returned_at', () => 'now()'],
  sendAfterInMs: ['send_after', (facts, name) => fromNow(`(${asText(facts, name)})`)],
  expiresInMs: ['expires_at', (facts, name) => fromNow(`(${asText(facts, name)})`)],
}

function asText(facts: string, name: string): string {
  return `${facts} ->> '${name}'`
}

function asJson(facts: string, name: string): string {
  return `nullif(${facts} -> '${name}', 'null')`
}

/** Is Cardzo asked first since less than this many milliseconds? */
export const isQuiet = (ms: string) =>
  `EXISTS (SELECT FROM ask_first WHERE open_key = 'ask-first' AND started_at > now() - ${ms}::float8 * interval '1 millisecond')`

export function factSets(facts: string): string {
  const cases = new Map<string, string>()
  for (const [name, [column, value]] of Object.entries(factColumns))
    cases.set(column, `${cases.get(column) ?? ''} WHEN ${facts} ? '${name}' THEN ${value(facts, name)}`)
  return [...cases].map(([column, whens]) => `${column} = CASE${whens} ELSE ${column} END`).join(', ')
}

/**
 * For a `WITH`: `held` is the row of the worker that has the payout under this lease, and locked, if the payout is as `condition` says.
 * The payout is locked first. Without the lock another worker could take over before this statement's transaction commits.
 */
export const heldBy = (lease: Lease, condition: string, add: AddValue): string[] => [
  `wanted AS (SELECT id FROM payout WHERE ${condition} FOR NO KEY UPDATE)`,
  `held AS (
    SELECT work.payout_id FROM payout_work work JOIN wanted ON wanted.id = work.payout_id
    WHERE work.fence = ${add(lease.fence)}::bigint AND work.lease_until > now() FOR NO KEY UPDATE OF work)`,
]

/** Writes the facts of a look that moved nothing, if its worker still has the payout. */
export function factsStatement(lease: Lease, facts: PlainFacts): Statement {
  const { add, values } = parameters()
  const held = heldBy(lease, `id = ${add(lease.payoutId)}::uuid`, add)
  const sets = factSets(`${add(JSON.stringify(facts))}::jsonb`)
  return {
    text: `WITH ${held.join(', ')} UPDATE payout SET ${sets} FROM held WHERE payout.id = held.payout_id`,
    values,
  }
}
