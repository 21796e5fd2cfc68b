/** Approving a set that was shown as a whole: one code covers exactly that set, and what has changed since is left out and named. */
import { createHash } from 'node:crypto'
import { formatAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { RefusalDetail } from '#lib/payouts/refusal-details.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { giveApproval, judgeApprovals, keepOwnRefusals } from './give-approval.ts'
import type { Approvable, ApprovalRefusal, Seen } from './give-approval.ts'

/** More than anybody can look through in one go. */
export const manyAtMost = 500

/** A hash of a set of payouts; their order doesn't matter. */
export function hashOfSet(seen: readonly Seen[]): string {
  const lines = seen
    .map(({ id, contentHash, riskSeen = '' }) => `${id} ${contentHash} ${riskSeen}`.trim())
    .sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

export type Sum = { currency: string; count: number; amountMinor: bigint }

/** Per currency, in alphabetical order. */
export function sumUp(payouts: readonly Pick<Payout, 'currency' | 'amountMinor'>[]): Sum[] {
  const sums = new Map<string, Sum>()
  for (const { currency, amountMinor } of payouts) {
    const sum = sums.get(currency) ?? { currency, count: 0, amountMinor: 0n }
    sums.set(currency, { currency, count: sum.count + 1, amountMinor: sum.amountMinor + amountMinor })
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1))
}

export type Skipped = { id: string; code: ApprovalRefusal; detail?: RefusalDetail }

/**
 * Approves what was shown, each payout by itself: one that has changed is left out and named, and doesn't delay the others. The code
 * covers `setHash`, so no other set can take its place. `paused`: all payments are stopped, so nothing is sent yet.
 */
export async function approveMany(
  deps: Deps,
  actor: Actor,
  input: { seen: readonly Seen[]; setHash: string; code: string },
): Promise<
  | { ok: true; approved: Payout[]; skipped: Skipped[]; sums: Sum[]; paused: boolean }
  | Refusal<'forbidden' | 'invalid_request' | 'stale' | StepUpRefusal>
> {
  if (!may(actor, 'payout.decide')) return refuse('forbidden')
  const seen = [...new Map(input.seen.map((one) => [one.id, one])).values()]
  if (seen.length === 0 || seen.length > manyAtMost)
    return refuse('invalid_request', {
      errors: [{ path: 'seen', said: { code: 'choose', min: 1, max: manyAtMost } }],
    })
  if (hashOfSet(seen) !== input.setHash) return refuse('stale')
  const answers = await judgeApprovals(deps, actor, seen, '')
  await keepOwnRefusals(deps, actor, seen, answers)
  const sure: Approvable[] = []
  const skipped: Skipped[] = []
  for (const [index, answer] of answers.entries())
    if (answer.ok) sure.push(answer)
    else skipped.push(skip(seen[index]?.id ?? '', answer))
  // Nothing to approve, so no code is used up.
  if (sure.length === 0) return { ok: true, approved: [], skipped, sums: [], paused: false }
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'approve_many', subject: input.setHash },
    input.code,
  )
  if (unproven) return unproven

  // Each payout is its own transaction, so what the code covered is audited before the first one, in case the process dies in between.
  // The result is another row; the payouts' own events name the set as well.
  await deps.people.audit('approved_many', actor, input.setHash, {
    payouts: sure.map(({ payout }) => payout.id),
    leftOut: skipped.map(({ id, code }) => ({ id, code })),
    sums: written(sumUp(sure.map(({ payout }) => payout))),
  })
  const approved: Payout[] = []
  for (const one of sure) {
    const answer = await giveApproval(deps, actor, one, '', input.setHash)
    if (answer.ok) approved.push(answer.payout)
    else skipped.push(skip(one.payout.id, answer))
  }
  const sums = sumUp(approved)
  await deps.people.audit('approved_many_ended', actor, input.setHash, {
    approved: approved.map(({ id }) => id),
    skipped,
    sums: written(sums),
  })
  return { ok: true, approved, skipped, sums, paused: (await deps.stopSwitch.active()) !== null }
}

const written = (sums: readonly Sum[]) =>
  sums.map(({ currency, count, amountMinor }) => ({
    currency,
    count,
    amount: formatAmount(amountMinor, currency),
  }))

const skip = (id: string, { code, detail }: Refusal<ApprovalRefusal>): Skipped => ({
  id,
  code,
  ...(detail !== undefined && { detail }),
})
