import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, FileJob } from '#lib/services/ports.ts'

/** A file that is ready, piece by piece, for the person who asked for it or somebody who may see the audit trail. Audited before it leaves. */
export async function openFile(
  deps: Pick<Deps, 'exports' | 'people'>,
  actor: Actor,
  input: { id: string },
): Promise<
  { ok: true; file: FileJob; parts: AsyncIterable<Uint8Array> } | Refusal<'forbidden' | 'not_found'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const file = isUuid(input.id) ? await deps.exports.find(input.id) : null
  if (!file || !(file.ownerId === actor.id || may(actor, 'audit.see'))) return refuse('not_found')
  if (file.manifest === null || file.expiresAt === null || file.expiresAt <= new Date())
    return refuse('not_found')
  await deps.people.audit('export_downloaded', actor, file.id, {
    owner: file.ownerName,
    sha256: file.manifest.sha256,
  })
  return { ok: true, file, parts: deps.exports.read(file.id) }
}
