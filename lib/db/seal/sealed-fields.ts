import type { SealTrouble } from '#lib/services/ports.ts'
import { KeyMissing } from './vault.ts'
import type { Vault } from './vault.ts'

/**
 * Opens the fields of a row. One that can't be opened comes without its fields and says why, so that it takes no list and no worker down.
 * Code that sends or approves asks for `trouble`.
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
