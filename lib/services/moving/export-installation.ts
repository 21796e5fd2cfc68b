import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters, textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId, tidyProse } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'

export const exportFormat = 'payout-portal-export/1'

/** What lies beside the files and says what they are. */
export type ExportManifest = {
  format: typeof exportFormat
  /** All files are of this moment. */
  takenAt: string
  /** The newest migration of the database: the version of its tables. */
  schema: string
  /** Null: everything; else what is about the receiver with this external id. */
  receiver: string | null
  /** Are account numbers in full? Else their last four characters. */
  accountsOpen: boolean
  files: { name: string; lines: number; bytes: number; sha256: string }[]
}

/** Without line ends: each line is written with one. */
export type WriteLines = (file: string, lines: readonly string[]) => Promise<void>

/**
 * The operator takes everything that the installation holds, or what is about one receiver, in one snapshot. `write` gets the lines of one
 * file after another, some at a time; a file without lines is given once. Account numbers are in full only if asked for, with a reason.
 * What is not in the audit trail is not exported: it is written before the first line, and again with the manifest's hash.
 */
export async function exportInstallation(
  deps: Pick<Deps, 'installation' | 'receivers' | 'people'>,
  actor: Actor,
  input: { receiver?: string | undefined; openAccounts: boolean; why: string; write: WriteLines },
): Promise<
  | { ok: true; manifest: ExportManifest; text: string; sha256: string }
  | Refusal<'forbidden' | 'not_found' | 'invalid_request'>
> {
  if (!may(actor, 'moving.export')) return refuse('forbidden')
  const { openAccounts, write } = input
  const reason = tidyProse(input.why)
  const problem = openAccounts ? textProblem('reason', reason, reasonMaxCharacters) : null
  if (problem) return refuse('invalid_request', { errors: [problem] })
  const receiver = input.receiver === undefined ? null : await deps.receivers.find(tidyId(input.receiver))
  if (input.receiver !== undefined && receiver === null) return refuse('not_found')
  const about = {
    ...(receiver && { externalId: receiver.externalId }),
    ...(openAccounts && { accountsOpen: true, reason }),
  }
  await deps.people.audit('installation_exported', actor, receiver?.id ?? null, about)
  const files = new Map<string, { lines: number; bytes: number; hash: Hash }>()
  const { takenAt, migration } = await deps.installation.read(
    { receiverId: receiver?.id ?? null, open: openAccounts },
    async (name, lines) => {
      const file = files.get(name) ?? { lines: 0, bytes: 0, hash: createHash('sha256') }
      files.set(name, file)
      for (const line of lines) {
        file.hash.update(`${line}\n`)
        file.bytes += Buffer.byteLength(line) + 1
      }
      file.lines += lines.length
      await write(name, lines)
    },
  )
  const manifest: ExportManifest = {
    format: exportFormat,
    takenAt: takenAt.toISOString(),
    schema: migration,
    receiver: receiver?.externalId ?? null,
    accountsOpen: openAccounts,
    files: [...files].map(([name, { lines, bytes, hash }]) => ({
      ...{ name, lines, bytes },
      sha256: hash.digest('hex'),
    })),
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  const sha256 = createHash('sha256').update(text).digest('hex')
  await deps.people.audit('installation_export_made', actor, receiver?.id ?? null, { seal: sha256 })
  return { ok: true, manifest, text, sha256 }
}
