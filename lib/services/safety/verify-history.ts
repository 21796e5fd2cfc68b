import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type {
  ArchivedNumbers,
  Deps,
  HistoryAnchor,
  HistoryProof,
  KeptAnchor,
  ReadArchive,
} from '#lib/services/ports.ts'
import type { ChainStart } from './history-chain.ts'
import { readArchivedEvent, verifyArchive } from './verify-archive.ts'
import type { ArchiveVerdict } from './verify-archive.ts'

/**
 * Is the history of one payout intact? Without an id: all of it, with the anchors and one that was kept outside the database. `files`:
 * archived months, which are verified too, together with what the database kept of them. A broken history is an answer, not a refusal.
 */
export async function verifyHistory(
  deps: Deps,
  actor: Actor,
  about: { payoutId?: string; kept?: KeptAnchor; files?: ArchivedFiles },
): Promise<
  { ok: true; proof: HistoryProof; archive: ArchiveVerdict | null } | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'history.verify')) return refuse('forbidden')
  const { payoutId, kept, files } = about
  if (payoutId !== undefined) {
    const payout = await payoutFor(deps, actor, payoutId)
    if (!payout) return refuse('not_found')
    return { ok: true, proof: await deps.history.verifyPayout(payout.id), archive: null }
  }
  const archive = files ? await verifyWithDatabase(deps, files) : null
  // Files that don't hold prove no anchor.
  const numbers = files && archive?.ok ? numbersOf(files) : undefined
  return { ok: true, proof: await deps.history.verify(kept, numbers), archive }
}

export type ArchivedFiles = { months: { month: string; manifest: string }[]; read: ReadArchive }

/** The files against their manifests, these against what the database noted, and each payout's end against the one that it kept. */
async function verifyWithDatabase(
  deps: Pick<Deps, 'archive'>,
  { months, read }: ArchivedFiles,
): Promise<ArchiveVerdict> {
  const known = await deps.archive.list()
  const missing = known.find(({ month }) => !months.some((one) => one.month === month))
  if (missing) return { ok: false, file: missing.month, why: 'This month is missing.' }
  const ends = new Map<string, ChainStart>()
  const verdict = await verifyArchive(months, read, known, ends)
  if (!verdict.ok) return verdict
  // Of a month that is being dropped, some ends are kept already and some are not.
  const dropped = known.reduce((last, one) => (one.droppedAt ? one.lastEventId : last), 0n)
  for (let after: string | null = null; ;) {
    const page = await deps.archive.ends(after)
    for (const { payoutId, lastEventId, lastHash, status } of page) {
      const end = ends.get(payoutId)
      const isPart = end !== undefined && lastEventId < end.lastEventId && end.lastEventId > dropped
      const isEnd = end?.lastEventId === lastEventId && end.lastHash === lastHash && end.status === status
      if (!isPart && !isEnd)
        return {
          ok: false,
          file: 'events',
          why: `What the database kept of payout ${payoutId} is not how its archived events end.`,
        }
      ends.delete(payoutId)
    }
    after = page.at(-1)?.payoutId ?? null
    if (after === null) break
  }
  for (const [payoutId, { lastEventId }] of ends)
    if (lastEventId <= dropped)
      return {
        ok: false,
        file: 'events',
        why: `The database kept nothing of the archived payout ${payoutId}.`,
      }
  return verdict
}

const numbersOf = ({ read }: ArchivedFiles): ArchivedNumbers =>
  async function* numbers(month) {
    for await (const line of read(month, 'events') ?? []) yield readArchivedEvent(line)
  }

/** Every anchor, oldest first. */
export async function listAnchors(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; anchors: HistoryAnchor[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'history.verify')) return refuse('forbidden')
  return { ok: true, anchors: await deps.history.anchors() }
}
