import type { SealTrouble } from '#lib/services/ports.ts'
import { KeyMissing } from './vault.ts'
import type { Vault } from './vault.ts'

/**
 * One row that can't be opened must not take a list, or a worker, down with it: it comes without its fields and says why. What would send
 * or approve it asks.
 */
export function openFields(
  vault: Vault,
  sealed: string,
  place: string,
): { fields: Record<string, string>; trouble: SealTrouble | null } {
  try {
    return { fields: JSON.parse(vault.open(sealed, place)) as Record<string, string>, trouble: null }
  } catch (error) {
    return { fields: {}, trouble: error instanceof KeyMissing ? 'key_missing' : 'changed' }
  }
}
