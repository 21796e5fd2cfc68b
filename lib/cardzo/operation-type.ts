/** What Cardzo calls the operation that pays our payout out. The check and every reversal, chargeback or return is another one. */
const ownTypes = new Set(['payout', 'payout_pay'])

/**
 * Whether a `type` (callback) or `transaction-type` (status) names the payout itself. Only then does the status beside it say
 * what became of the payout: `reversal` and `approved` together mean that a reversal was approved. Case and the kind of dash do
 * not matter; a type that is absent or blank is the payout's own, because Cardzo may leave it out.
 */
export function isPayoutsOwnType(type: string | null | undefined): boolean {
  const name = (type ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
  return name === '' || ownTypes.has(name)
}
