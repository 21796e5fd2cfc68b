import type { PayoutFilter, PayoutSort } from '#lib/services/ports.ts'

/** Does this list need what searches look up (`payout_search`), which is written some seconds after a payout was made? */
export const isSearched = (
  { search, bank, sources, currency }: PayoutFilter,
  sort: PayoutSort | undefined,
): boolean =>
  [search, bank, sources, currency].some((part) => part !== undefined) ||
  sort === 'largest' ||
  sort === 'smallest'
