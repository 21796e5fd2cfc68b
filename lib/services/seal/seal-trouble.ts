import type { SealTrouble } from '#lib/services/ports.ts'

/** Can this seal be opened later without anybody repairing it? Then approvals of the payout stay valid. */
export const mayComeBack = (trouble: SealTrouble | null): boolean =>
  trouble === 'key_missing' || trouble === 'unsealed'
