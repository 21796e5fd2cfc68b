/** Cardzo's name for the operation that pays a payout. The check, a reversal, a chargeback or a return is another one. */
const ownTypes = new Set(['payout', 'payout_pay'])

/**
 * Does a `type` (callback) or `transaction-type` (status) name the payout itself? Only then does the status beside it say what became of
 * the payout: `reversal` with `approved` means that a reversal was approved. Case and the kind of dash don't matter. An absent or blank
 * type counts as the payout's own, because Cardzo may leave it out.
 */
export function isPayoutsOwnType(type: string | null | undefined): boolean {
  const name = (type ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
  return name === '' || ownTypes.has(name)
}
