import type { SealTrouble } from '#lib/services/ports.ts'

/** Nothing is wrong with it: what is missing may come, and approvals with it. */
export const mayComeBack = (trouble: SealTrouble | null): boolean =>
  trouble === 'key_missing' || trouble === 'unsealed'
