/** The holding period: money that is granted but can't be asked for yet. */
import { displayAmount } from './money.ts'
import type { RefusalDetail } from './refusal-details.ts'

/**
 * The part of the available money that can't be asked for: granted and not payable yet, or given back by a payout that may have been
 * paid after all. And when the next part can be, and how much; null and zero while that is not known.
 */
export type Waiting = { heldMinor: bigint; payableAt: Date | null; payableThenMinor: bigint }

/**
 * Computed from what is available and from the grants that are not payable yet and not reversed. Payouts took only payable money, so
 * these grants are all still there, unless a grant was reversed whose money had already left. Then they make up for it, the earliest
 * first, and that part never becomes payable.
 */
export function waitingOf(
  availableMinor: bigint,
  notYet: readonly { payableFrom: Date; amountMinor: bigint }[],
): Waiting {
  const sum = notYet.reduce((total, { amountMinor }) => total + amountMinor, 0n)
  const heldMinor = sum < availableMinor ? sum : availableMinor
  let missingMinor = sum - heldMinor
  for (const [payableFrom, amountMinor] of byTime(notYet)) {
    if (amountMinor > missingMinor)
      return { heldMinor, payableAt: new Date(payableFrom), payableThenMinor: amountMinor - missingMinor }
    missingMinor -= amountMinor
  }
  return { heldMinor, payableAt: null, payableThenMinor: 0n }
}

/** What becomes payable at each moment, the earliest first. */
function byTime(notYet: readonly { payableFrom: Date; amountMinor: bigint }[]): [number, bigint][] {
  const sums = new Map<number, bigint>()
  for (const { payableFrom, amountMinor } of notYet)
    sums.set(payableFrom.getTime(), (sums.get(payableFrom.getTime()) ?? 0n) + amountMinor)
  return [...sums].sort(([a], [b]) => a - b)
}

/** What can be asked for now. */
export const askableMinor = ({ availableMinor, heldMinor }: { availableMinor: bigint; heldMinor: bigint }) =>
  availableMinor - heldMinor

/** What a refusal says of it: what can be asked for now, and when more can. */
export function askableDetail(
  { heldMinor, payableAt, payableThenMinor, availableMinor }: Waiting & { availableMinor: bigint },
  currency: string,
): RefusalDetail {
  const now = displayAmount(askableMinor({ availableMinor, heldMinor }), currency)
  if (payableAt === null) return { code: 'available', amount: now }
  const then = displayAmount(payableThenMinor, currency)
  return {
    code: heldMinor > payableThenMinor ? 'availableInParts' : 'availableNow',
    ...{ now, then, from: payableAt },
  }
}
