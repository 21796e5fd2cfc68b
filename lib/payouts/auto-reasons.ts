/** Why the policy did or didn't approve a payout by itself, as it is stored. Pages show it by words. */
export const autoReasons = {
  none: 'No automatic approval for this currency.',
  browser: 'Payouts asked for by receivers in the browser are not approved automatically.',
  desk: 'Payouts asked for at the desk are not approved automatically.',
  api: 'Payouts asked for by the API are not approved automatically.',
  again: 'A person asked for it again, so people must decide.',
  amount_differs: 'Cardzo names another amount.',
  high_risk: 'A check says HIGH, so people must decide.',
  asked_alone:
    'Who asked for it, or granted the money, was lately let in by one person alone, so people must decide.',
  not_below: 'The amount is not below the limit for automatic approval.',
  day_cap: 'With it, more would be approved automatically on one day than the policy allows.',
  key_day_cap:
    'With it, more of what this API key asks for would be approved automatically on one day than the policy allows.',
  below: 'The amount is below the limit for automatic approval.',
} as const

export type AutoReason = keyof typeof autoReasons

/** Null: an older version wrote it in other words. */
export const autoReasonOf = (stored: string): AutoReason | null =>
  (Object.keys(autoReasons) as AutoReason[]).find((code) => autoReasons[code] === stored) ?? null
