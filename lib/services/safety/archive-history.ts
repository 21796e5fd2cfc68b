import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, HistoryArchive, ReadArchive, TakeLines } from '#lib/services/ports.ts'
import { sha256 } from './history-chain.ts'
import { manifestOf, readArchiveManifest, readArchivedEvent, verifyArchive } from './verify-archive.ts'

/** Where months are kept, a folder for each. Whatever is killed, a month is there whole or not at all. */
export type ArchiveFolder = {
  /** Of a finished month; null: there is none. */
  manifest: (month: string) => Promise<string | null>
  read: ReadArchive
  /** Starts a month beside the finished ones; what an earlier run left of it goes. */
  begin: (month: string) => Promise<{
    write: TakeLines
    /** Everything is on disk after it. */
    settle: () => Promise<void>
    read: ReadArchive
    /** Makes it a finished month, all at once. */
    finish: (manifest: string) => Promise<void>
  }>
}

export type Archived = {
  ok: true
  /** What was archived now, oldest first. */
  months: { month: string; events: bigint; root: string; manifestSha256: string }[]
  /** Why the next one was not: payouts of it that have not ended long enough ago. Null: no month that has passed is left. */
  waits: { month: string; payouts: string[]; why: string } | null
}

/**
 * Writes every month that is older than the setting says to files, oldest first: its events, callbacks and mails. Each is read again and
 * compared with the database before the database hears of it. Deletes nothing. It may be killed at any time, and run again.
 */
export async function archiveHistory(
  deps: Deps,
  actor: Actor,
  folder: ArchiveFolder,
): Promise<Archived | Refusal<'forbidden' | 'archive_off' | 'archive_broken'>> {
  if (!may(actor, 'history.archive')) return refuse('forbidden')
  const { archiveAfterDays } = await deps.settings.read()
  if (archiveAfterDays === 0) return refuse('archive_off')
  const months: Archived['months'] = []
  for (;;) {
    const next = await deps.archive.next(archiveAfterDays)
    if (next === null) return { ok: true, months, waits: null }
    if (next.kind === 'waits') {
      const { month, payouts, behind } = next
      const why = behind
        ? 'Sums, books or webhooks have not reached its end: run a worker.'
        : 'These payouts have not ended, or not long enough ago.'
      return { ok: true, months, waits: { month, payouts, why } }
    }
    // What is archived is what can be proven. Once is enough: nothing is deleted in between.
    if (months.length === 0 && (await deps.history.verify()).firstBroken) return refuse('archive_broken')
    const { range } = next
    const text = (await folder.manifest(range.month)) ?? (await writeMonth(deps, folder, range))
    const manifest = readArchiveManifest(text)
    const verdict = await verifyArchive([{ month: range.month, manifest: text }], folder.read)
    const sum = await deps.archive.sum(range)
    // Also when an earlier run was killed before the database heard of it; and a folder of another installation is refused.
    if (!manifest || !verdict.ok || manifest.root !== sum.root || manifest.events !== String(sum.events))
      return refuse('archive_broken')
    const manifestSha256 = sha256(text)
    await deps.archive.keep({ ...range, ...sum, manifestSha256 }, actor)
    months.push({ month: range.month, events: sum.events, root: sum.root, manifestSha256 })
  }
}

async function writeMonth(
  deps: Pick<Deps, 'archive'>,
  folder: ArchiveFolder,
  range: Parameters<Deps['archive']['read']>[0],
): Promise<string> {
  const begun = await folder.begin(range.month)
  const { takenAt } = await deps.archive.read(range, begun.write)
  await begun.settle()
  const { text } = await manifestOf(range, takenAt, begun.read)
  await begun.finish(text)
  return text
}

/** Rows that are deleted in one transaction. */
const atOnce = 2_000

export type Dropped = { ok: true; month: string; events: number; callbacks: number; mails: number }

/**
 * Deletes from the database what the archive of the oldest month has, after reading all of it again. The database lets nothing else go. It
 * may be killed at any time, and run again: what is gone by then is kept as where each payout's chain goes on.
 */
export async function dropArchived(
  deps: Deps,
  actor: Actor,
  folder: ArchiveFolder,
  month: string,
): Promise<Dropped | Refusal<'forbidden' | 'archive_missing' | 'archive_broken' | 'archive_order'>> {
  if (!may(actor, 'history.archive')) return refuse('forbidden')
  const archives = await deps.archive.list()
  const archive = archives.find((one) => one.month === month)
  const text = await folder.manifest(month)
  if (!archive || text === null) return refuse('archive_missing')
  if (archives.some((one) => one.month < month && one.droppedAt === null)) return refuse('archive_order')
  if (!isKnown(archive, text) || !(await verifyArchive([{ month, manifest: text }], folder.read)).ok)
    return refuse('archive_broken')
  if (archive.droppedAt === null && archive.droppingAt === null)
    await deps.archive.startDrop(month, archive.manifestSha256, actor)
  const dropped = { events: 0, callbacks: 0, mails: 0 }
  for await (const lines of piecesOf(folder.read(month, 'events')))
    dropped.events += await deps.archive.dropEvents(lines.map(readArchivedEvent))
  for await (const lines of piecesOf(folder.read(month, 'callbacks')))
    dropped.callbacks += await deps.archive.dropCallbacks(
      lines.map((line) => JSON.parse(line) as { id: string; deliveries: number }),
    )
  for await (const lines of piecesOf(folder.read(month, 'mails')))
    dropped.mails += await deps.archive.dropMails(
      lines.map((line) => (JSON.parse(line) as { id: string }).id),
    )
  await deps.archive.endDrop(month)
  return { ok: true, month, ...dropped }
}

const isKnown = (archive: HistoryArchive, text: string) => {
  const manifest = readArchiveManifest(text)
  return archive.manifestSha256 === sha256(text) && manifest?.root === archive.root
}

async function* piecesOf(lines: AsyncIterable<string> | undefined): AsyncGenerator<string[]> {
  let piece: string[] = []
  for await (const line of lines ?? none()) {
    piece.push(line)
    if (piece.length < atOnce) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

async function* none(): AsyncIterable<string> {}
