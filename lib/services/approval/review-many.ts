import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import { coverOf } from '#lib/services/merchant-balance/cover-of.ts'
import type { Cover } from '#lib/services/merchant-balance/cover-of.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { hashOfSet, manyAtMost, sumUp } from './approve-many.ts'
import type { Skipped, Sum } from './approve-many.ts'
import { riskMark } from './assess-risk.ts'
import { judgeApprovals } from './give-approval.ts'
import type { Seen } from './give-approval.ts'
import { approversAsked } from './what-it-takes.ts'

export type Review = {
  /** What approving now would approve, oldest first; `given` of `needed` people have agreed so far. */
  rows: { payout: Payout; given: number; needed: number; risk: RiskAssessment | null }[]
  /** What was chosen but can't be approved with the others, with the reason. */
  leftOut: (Skipped & { payout: Payout })[]
  sums: Sum[]
  /** What the balance at Cardzo does not cover of them together. */
  covers: Cover[]
  /** Identifies exactly the rows shown; sent back to approve them. */
  seen: Seen[]
  setHash: string
}

/** A set that is about to be approved as a whole, identified by its hash. Changes nothing. */
export async function reviewMany(
  deps: Deps,
  actor: Actor,
  /** Creation numbers of the chosen payouts. */
  input: { numbers: readonly string[] },
): Promise<({ ok: true } & Review) | Refusal<'forbidden' | 'invalid_request'>> {
  if (!may(actor, 'payout.decide')) return refuse('forbidden')
  const numbers = [...new Set(input.numbers)]
  if (numbers.length > manyAtMost || numbers.some((number) => !/^\d{1,18}$/.test(number)))
    return refuse('invalid_request', {
      errors: [{ path: 'p', said: { code: 'choose', min: 1, max: manyAtMost } }],
    })
  const payouts = await deps.payouts.findNumbered(numbers.map(BigInt))
  const answers = await judgeApprovals(deps, actor, payouts, '')
  const rows: Review['rows'] = []
  const leftOut: Review['leftOut'] = []
  for (const [index, payout] of payouts.entries()) {
    const answer = answers[index] ?? refuse('not_found')
    if (answer.ok)
      rows.push({
        payout: answer.payout,
        given: answer.given.length,
        needed: approversAsked(answer.payout),
        risk: answer.risk,
      })
    else
      leftOut.push({
        payout,
        id: payout.id,
        code: answer.code,
        ...(answer.detail !== undefined && { detail: answer.detail }),
      })
  }
  const shown = rows.map(({ payout }) => payout)
  const seen = rows.map(({ payout: { id, contentHash }, risk }) => ({
    id,
    contentHash,
    ...(risk && { riskSeen: riskMark(risk) }),
  }))
  const covers = await coverOf(deps, shown)
  return { ok: true, rows, leftOut, sums: sumUp(shown), covers, seen, setHash: hashOfSet(seen) }
}
