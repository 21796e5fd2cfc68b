/** Is an archived month what was written, and does its history hold? Without a database: everything is computed from the files, line by line. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ArchiveRange, ArchiveSum, ReadArchive } from '#lib/services/ports.ts'
import { createChainCheck, sha256 } from './history-chain.ts'
import type { ChainStart } from './history-chain.ts'

export const archiveFormat = 'payout-history-archive/1'
export const archiveFiles = ['events', 'callbacks', 'mails'] as const

/** What lies beside the files of a month. Numbers of events are text, as JavaScript rounds large ones. */
export type ArchiveManifest = {
  format: typeof archiveFormat
  month: string
  fromEventId: string
  lastEventId: string
  events: string
  firstHash: string
  lastHash: string
  previousRoot: string
  root: string
  takenAt: string
  /** Of the text inside the compressed file. */
  files: { name: (typeof archiveFiles)[number]; lines: number; bytes: number; sha256: string }[]
}

const number = z.string().regex(/^\d{1,18}$/)
const manifestSchema = z.object({
  format: z.literal(archiveFormat),
  month: z.string().regex(/^\d{4}-\d{2}$/),
  fromEventId: number,
  lastEventId: number,
  events: number,
  firstHash: z.string(),
  lastHash: z.string(),
  previousRoot: z.string(),
  root: z.string(),
  takenAt: z.string(),
  files: z.array(
    z.object({ name: z.enum(archiveFiles), lines: z.number(), bytes: z.number(), sha256: z.string() }),
  ),
})

/** Null: this is no manifest of ours. */
export function readArchiveManifest(text: string): ArchiveManifest | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  return manifestSchema.safeParse(json).data ?? null
}

const eventSchema = z.object({ id: number, payout: z.string(), hash: z.string(), material: z.string() })

export type ArchivedEvent = {
  id: bigint
  payoutId: string
  hash: string
  material: string
  prevHash: string
  fromStatus: string | null
  toStatus: string | null
}

class Wrong extends Error {
  readonly file: string
  constructor(file: string, why: string) {
    super(why)
    this.file = file
  }
}

/** Throws what is no event of an archive, or says something else than what its hash is over. */
export function readArchivedEvent(line: string): ArchivedEvent {
  const { id, payout, hash, material } = eventSchema.parse(JSON.parse(line))
  const values: unknown = JSON.parse(material)
  if (!Array.isArray(values)) throw new Error(`Event ${id} has no content.`)
  const [prevHash, said, about, , , , fromStatus, toStatus] = values as unknown[]
  if (String(said) !== id || about !== payout || typeof prevHash !== 'string')
    throw new Error(`Event ${id} says something else than what its hash is over.`)
  if (sha256(material) !== hash)
    throw new Error(`Event ${id} is not what was written: its content has another hash.`)
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    ...{ id: BigInt(id), payoutId: payout, hash, material, prevHash },
    fromStatus: text(fromStatus),
    toStatus: text(toStatus),
  }
}

/** What the files of a month are: every line is read, and every event's hash computed again. Throws `Wrong` at what can't be. */
async function sumMonth(
  month: string,
  read: ReadArchive,
  range: Pick<ArchiveRange, 'fromEventId' | 'previousRoot'>,
  look: (event: ArchivedEvent) => void,
): Promise<ArchiveSum & { lastEventId: bigint; files: ArchiveManifest['files'] }> {
  const root = createHash('sha256')
  if (range.previousRoot !== '') root.update(`archive ${range.previousRoot}\n`)
  let events = 0n
  let last = range.fromEventId
  let [firstHash, lastHash] = ['', '']
  const files: ArchiveManifest['files'] = []
  for (const name of archiveFiles) {
    const found = read(month, name)
    if (!found) throw new Wrong(`${month}/${name}`, 'It is not there.')
    const hash = createHash('sha256')
    let [lines, bytes] = [0, 0]
    try {
      for await (const line of found) {
        hash.update(`${line}\n`)
        lines += 1
        bytes += Buffer.byteLength(line) + 1
        if (name !== 'events') continue
        const event = readArchivedEvent(line)
        if (event.id <= last) throw new Error(`Event ${event.id} comes after event ${last}.`)
        look(event)
        root.update(`${event.id} ${event.hash}\n`)
        if (events === 0n) firstHash = event.hash
        lastHash = event.hash
        last = event.id
        events += 1n
      }
    } catch (error) {
      throw new Wrong(`${month}/${name}`, error instanceof Error ? error.message : String(error))
    }
    files.push({ name, lines, bytes, sha256: hash.digest('hex') })
  }
  return { events, firstHash, lastHash, root: root.digest('hex'), lastEventId: last, files }
}

/** Writes what lies beside the files of a month, from reading them again. */
export async function manifestOf(
  range: ArchiveRange,
  takenAt: Date,
  read: ReadArchive,
): Promise<{ manifest: ArchiveManifest; text: string }> {
  const { events, lastEventId, ...sum } = await sumMonth(range.month, read, range, () => undefined)
  const manifest: ArchiveManifest = {
    format: archiveFormat,
    month: range.month,
    fromEventId: String(range.fromEventId),
    lastEventId: String(lastEventId),
    events: String(events),
    firstHash: sum.firstHash,
    lastHash: sum.lastHash,
    previousRoot: range.previousRoot,
    root: sum.root,
    takenAt: takenAt.toISOString(),
    files: sum.files,
  }
  return { manifest, text: `${JSON.stringify(manifest, null, 2)}\n` }
}

export type ArchiveVerdict =
  | {
      ok: true
      months: number
      events: number
      payouts: number
      /** Of the last month: it stands for all before it. */
      root: string
      lastEventId: string
      callbacks: number
      mails: number
    }
  | { ok: false; file: string; why: string }

/** What is known of a month elsewhere. */
type Known = Pick<ArchiveManifest, 'month'> & { manifestSha256: string }

/**
 * Verifies months that follow each other, oldest first. Where the first is not the beginning of the history, chains are followed from
 * where they come in. `known`: what the database says of them. `ends` gets where each payout's chain ends. About 300 bytes of memory for
 * each payout.
 */
export async function verifyArchive(
  months: readonly { month: string; manifest: string }[],
  read: ReadArchive,
  known: readonly Known[] | null = null,
  ends: Map<string, ChainStart> = new Map(),
): Promise<ArchiveVerdict> {
  const counts = { events: 0, callbacks: 0, mails: 0 }
  let before: ArchiveManifest | null = null
  try {
    for (const { month, manifest: text } of months) {
      const name = `${month}/manifest.json`
      const manifest = readArchiveManifest(text)
      if (manifest?.month !== month)
        throw new Wrong(name, `It is no manifest of ${archiveFormat} for this month.`)
      const wanted = known?.find((one) => one.month === month)
      if (known && wanted?.manifestSha256 !== sha256(text))
        throw new Wrong(name, 'It is not the archive that the database knows of.')
      if (before && (before.lastEventId !== manifest.fromEventId || before.root !== manifest.previousRoot))
        throw new Wrong(name, `It does not continue the month before, ${before.month}.`)
      if (!before && known && manifest.fromEventId !== '0')
        throw new Wrong(name, 'The months before are missing.')
      const isWhole = months[0] && readArchiveManifest(months[0].manifest)?.fromEventId === '0'
      const sum = await sumMonth(
        month,
        read,
        { fromEventId: BigInt(manifest.fromEventId), previousRoot: manifest.previousRoot },
        (event) => follow(ends, event, isWhole === true),
      )
      for (const [index, { name: file, lines, bytes, sha256: hash }] of sum.files.entries()) {
        const told = manifest.files[index]
        if (told?.name !== file || told.lines !== lines || told.bytes !== bytes || told.sha256 !== hash)
          throw new Wrong(
            `${month}/${file}`,
            'It is not what was written: its lines, length or hash differ from the manifest.',
          )
        counts[file] += lines
      }
      const { root, events, lastEventId, firstHash, lastHash } = sum
      const said = [
        manifest.root,
        manifest.events,
        manifest.lastEventId,
        manifest.firstHash,
        manifest.lastHash,
      ]
      if (said.join() !== [root, events, lastEventId, firstHash, lastHash].join())
        throw new Wrong(name, 'It does not say what the events come to.')
      before = manifest
    }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, file: error.file, why: error.message }
    throw error
  }
  if (!before) return { ok: false, file: 'manifest.json', why: 'There is no archived month.' }
  const { root, lastEventId } = before
  return { ok: true, months: months.length, payouts: ends.size, ...counts, root, lastEventId }
}

/** Each event follows the one of its payout before it, in number, hash and status. */
function follow(ends: Map<string, ChainStart>, event: ArchivedEvent, isWhole: boolean): void {
  const { payoutId, id, hash, prevHash, fromStatus, toStatus } = event
  const end = ends.get(payoutId) ?? null
  // An earlier archive, which is not here, has what came before.
  const start =
    end ??
    (prevHash === '' || isWhole ? null : { lastEventId: 0n, lastHash: prevHash, status: fromStatus ?? '' })
  const check = createChainCheck(payoutId, start)
  check.look(event)
  const status = toStatus ?? start?.status ?? 'requested'
  const broken = check.end(status)
  if (broken) throw new Error(broken.why)
  ends.set(payoutId, { lastEventId: id, lastHash: hash, status })
}
