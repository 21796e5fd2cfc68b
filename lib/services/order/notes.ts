/** What a payout's progress remembers of Cardzo's answers between two looks. */
import { isCardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import type { Leased, OrderState, Payout } from '#lib/services/ports.ts'
import { saidKey } from './repeats.ts'

/** Cardzo was asked. The time is that of the claim, by the database's clock, so no answer is younger than it says. */
export const asked = (leased: Pick<Leased, 'now'>) => ({ lastAskedAt: leased.now.toISOString() })

/** Cardzo was asked and answered, and what that meant. */
export const heard = (
  leased: Pick<Leased, 'now'>,
  lastVerdict: NonNullable<Payout['progress']['lastVerdict']>,
) => ({
  ...asked(leased),
  lastAnsweredAt: leased.now.toISOString(),
  lastVerdict,
})

/** Equal for answers that say the same. Of a redirect only the origin counts: the rest may change with each answer. */
export function answerKey({ rawStatus, rawStage, amount, currency, redirect }: OrderState): string {
  const leadsTo = redirect && URL.canParse(redirect.url) ? new URL(redirect.url).origin : redirect && ''
  return saidKey(rawStatus, rawStage, amount, currency, redirect?.ok, leadsTo)
}

/** A move starts a new wait and drops what was counted for the old one. A doubt ends with the first answer that says something else. */
export function settledProgress(
  { payClaimedAt }: Payout,
  progress: Payout['progress'],
  order: OrderState,
  moved: boolean,
): Payout['progress'] {
  const { failures, ...kept } = progress
  if (moved) {
    const { noSuchOrderAt, checkRefused, unsentSince, payRefused, doubtedFinal, ...rest } = kept
    return payClaimedAt === null ? rest : { ...rest, turns: (rest.turns ?? 0) + 1 }
  }
  const { doubtedFinal, payRefused } = kept
  const settled = withoutDoubts(kept)
  if (doubtedFinal && isCardzoEnd(order.verdict)) settled.doubtedFinal = doubtedFinal
  if (payRefused && order.verdict === 'validated') settled.payRefused = payRefused
  return settled
}

/** Without what must be heard twice. That Cardzo refused payout-pay stays known, but must be confirmed from the start. */
export function withoutDoubts({ doubtedFinal, payRefused, ...rest }: Payout['progress']): Payout['progress'] {
  if (!payRefused) return rest
  const { code, message } = payRefused
  return { ...rest, payRefused: { code, message } }
}
