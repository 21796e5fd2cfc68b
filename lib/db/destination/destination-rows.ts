/** Saved destinations as rows: sealed, with a print by which equal ones are found. */
import { describeField } from '#lib/payouts/fields.ts'
import type { Destination } from '#lib/services/ports.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { openFields } from '#lib/db/seal/sealed-fields.ts'
import type { Vault } from '#lib/db/seal/vault.ts'

/** The place its seal is bound to. */
export const destinationPlace = (id: string) => `destination:${id}`

type Fields = Readonly<Record<string, string>>

/**
 * Equal for equal bank accounts. Only the fields that identify an account count (numbers and codes, not names), and of them only letters
 * and digits, in any case. Without such a field all fields count.
 */
function plainOf(fields: Fields): string {
  const telling = Object.entries(fields).filter(([name]) => describeField(name).identifies)
  const counted = telling.length > 0 ? telling : Object.entries(fields)
  return counted
    .map(([name, value]) => `${name}=${value.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')}`)
    .sort()
    .join('\n')
}

/** Which fields count has changed once; older prints are made again when a worker starts. */
export const printVersion = '2.'

export const printOf = (vault: Vault, fields: Fields): string => printVersion + vault.print(plainOf(fields))

/** The print under each of our keys, the current one first. */
export const printsOf = (vault: Vault, fields: Fields): string[] =>
  vault.prints(plainOf(fields)).map((print) => printVersion + print)

export type DestinationRow = Omit<Destination, 'fields' | 'trouble'> & { sealed: string }

export const destinationColumns = Prisma.sql`
  d.id, d.receiver_id AS "receiverId", d.label, d.sealed, d.last4, d.is_default AS "isDefault", d.created_by_id AS "createdById",
  d.created_by_name AS "createdByName", d.created_at AS "createdAt", d.usable_from AS "usableFrom",
  d.usable_from > now() AS "isCoolingOff", d.released_by_name AS "releasedByName", d.released_at AS "releasedAt",
  d.release_reason AS "releaseReason", d.frozen_at AS "frozenAt", d.removed_at AS "removedAt",
  d.api_key_id AS "apiKeyId"`

export function toDestination<Some extends DestinationRow>(
  { sealed, ...row }: Some,
  vault: Vault,
): Omit<Some, 'sealed'> & Destination {
  return { ...row, ...openFields(vault, sealed, destinationPlace(row.id)) }
}
