/**
 * Is an export what was written, and does its history hold? Without a database: everything is computed from the files, line by line.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { createChainCheck, sha256 } from '#lib/services/safety/history-chain.ts'
import type { ChainStart } from '#lib/services/safety/history-chain.ts'
import { exportFormat } from './export-installation.ts'
import type { ExportManifest } from './export-installation.ts'

const manifestSchema = z.object({
  format: z.literal(exportFormat),
  takenAt: z.string(),
  schema: z.string(),
  receiver: z.string().nullable(),
  accountsOpen: z.boolean(),
  files: z.array(
    z.object({
      name: z.string().regex(/^[a-z_]+\.jsonl$/),
      lines: z.number(),
      bytes: z.number(),
      sha256: z.string(),
    }),
  ),
})

/** Null: this is no manifest of ours. */
export function readManifest(text: string): ExportManifest | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  return manifestSchema.safeParse(json).data ?? null
}

export type ExportVerdict =
  | {
      ok: true
      takenAt: string
      files: number
      lines: number
      /** Events and audit rows whose hashes were computed again, and seals of the audit trail. */
      events: number
      auditRows: number
      seals: number
      /** Of the manifest, to compare with the one that the audit trail keeps. */
      sha256: string
    }
  | { ok: false; file: string; why: string }

class Wrong extends Error {
  readonly file: string
  constructor(file: string, why: string) {
    super(why)
    this.file = file
  }
}

/** `read` gives the lines of a file by name, without line ends; undefined: it is not there. `sha256`: of the manifest, as it was kept elsewhere. */
export async function verifyExport(
  manifestText: string,
  read: (name: string) => AsyncIterable<string> | undefined,
  kept?: string,
): Promise<ExportVerdict> {
  const manifest = readManifest(manifestText)
  if (!manifest) return { ok: false, file: 'manifest.json', why: `It is no manifest of ${exportFormat}.` }
  const seal = sha256(manifestText)
  if (kept !== undefined && kept !== seal)
    return { ok: false, file: 'manifest.json', why: 'It has another hash than the one that was kept.' }
  try {
    const counts = { lines: 0, events: 0, auditRows: 0, seals: 0 }
    const looks: Partial<Record<string, Looker>> = {
      // Those of one receiver come without what their hashes are over.
      ...(manifest.receiver === null && {
        [eventFile]: lookAtEvents(read('payout.jsonl'), read('payout_archived.jsonl'), counts),
      }),
      [auditFile]: lookAtAudit(await sealsOf(manifest, read), await anchorsOf(manifest, read), counts),
    }
    for (const file of manifest.files) {
      await verifyFile(file, read, looks[file.name])
      counts.lines += file.lines
    }
    return { ok: true, takenAt: manifest.takenAt, files: manifest.files.length, ...counts, sha256: seal }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, file: error.file, why: error.message }
    throw error
  }
}

const [eventFile, auditFile, sealFile] = ['payout_event.jsonl', 'audit_event.jsonl', 'audit_seal.jsonl']

type Reader = Parameters<typeof verifyExport>[1]
type Looker = { look: (line: string) => void | Promise<void>; end: () => void | Promise<void> }

async function verifyFile(
  { name, lines, bytes, sha256: wanted }: ExportManifest['files'][number],
  read: Reader,
  looker?: Looker,
): Promise<void> {
  const found = read(name)
  if (!found) throw new Wrong(name, 'It is not there.')
  const hash = createHash('sha256')
  let [counted, size] = [0, 0]
  for await (const line of found) {
    hash.update(`${line}\n`)
    counted += 1
    size += Buffer.byteLength(line) + 1
    await looker?.look(line)
  }
  if (counted !== lines || size !== bytes || hash.digest('hex') !== wanted)
    throw new Wrong(name, 'It is not what was written: its lines, length or hash differ from the manifest.')
  await looker?.end()
}

const payoutLine = z.object({ id: z.string(), status: z.string() })

type Anchor = z.infer<typeof anchorLine>
const anchorLine = z.object({
  day: z.string(),
  audit_event_id: z.string().nullable(),
  audit_hash: z.string().nullable(),
})

type Seal = z.infer<typeof sealLine>
const sealLine = z.object({
  seq: z.string(),
  last_event_id: z.string(),
  events: z.string(),
  hash: z.string(),
})

async function sealsOf(manifest: ExportManifest, read: Reader): Promise<Seal[]> {
  const seals: Seal[] = []
  if (manifest.receiver !== null) return seals
  for await (const line of read(sealFile) ?? []) seals.push(sealLine.parse(JSON.parse(line)))
  return seals
}

async function anchorsOf(manifest: ExportManifest, read: Reader): Promise<Anchor[]> {
  const anchors: Anchor[] = []
  if (manifest.receiver !== null) return anchors
  for await (const line of read('history_anchor.jsonl') ?? [])
    anchors.push(anchorLine.parse(JSON.parse(line)))
  return anchors
}

const eventLine = z.object({
  id: z.string(),
  payout_id: z.string(),
  kind: z.string(),
  from_status: z.string().nullable(),
  to_status: z.string().nullable(),
  data: z.unknown(),
  hash: z.string(),
  prev_hash: z.string(),
  material: z.string(),
})
const auditLine = z.object({
  id: z.string(),
  kind: z.string(),
  actor_name: z.string(),
  subject: z.string().nullable(),
  data: z.unknown(),
  hash: z.string(),
  material: z.string(),
})

/** Are the fields that people read those that the hash is over? */
const says = (material: string, places: Record<number, unknown>): boolean => {
  const values: unknown = JSON.parse(material)
  return (
    Array.isArray(values) &&
    Object.entries(places).every(
      ([place, value]) => JSON.stringify(values[Number(place)]) === JSON.stringify(value),
    )
  )
}

const archivedLine = z.object({
  payout_id: z.string(),
  last_event_id: z.string(),
  last_hash: z.string(),
  status: z.string().nullable(),
})

/** All files are in the order of the payouts' ids, so they are read side by side. `archived`: where events in archive files end. */
function lookAtEvents(
  payouts: AsyncIterable<string> | undefined,
  archived: AsyncIterable<string> | undefined,
  counts: { events: number },
): Looker {
  const rest = (payouts ?? none())[Symbol.asyncIterator]()
  const starts = (archived ?? none())[Symbol.asyncIterator]()
  let waiting: z.infer<typeof archivedLine> | null = null
  const startOf = async (payoutId: string): Promise<ChainStart | null> => {
    while (waiting === null || waiting.payout_id < payoutId) {
      const line = await starts.next()
      if (line.done) return null
      waiting = archivedLine.parse(JSON.parse(line.value))
    }
    if (waiting.payout_id !== payoutId) return null
    const { last_event_id: id, last_hash: lastHash, status } = waiting
    return { lastEventId: BigInt(id), lastHash, status: status ?? 'requested' }
  }
  /** The payout may have none of its events in the export when an archive has them all. */
  const isArchived = async ({ id, status }: z.infer<typeof payoutLine>) =>
    (await startOf(id))?.status === status
  let chain: { payoutId: string; status: string | null; check: ReturnType<typeof createChainCheck> } | null =
    null
  const nextPayout = async () => {
    const line = await rest.next()
    return line.done ? null : payoutLine.parse(JSON.parse(line.value))
  }
  const close = () => {
    const broken = chain?.check.end(chain.status)
    if (broken) throw new Wrong(eventFile, broken.why)
  }
  return {
    async look(line) {
      const row = eventLine.parse(JSON.parse(line))
      const { id, payout_id: payoutId, kind, from_status: fromStatus, to_status: toStatus, data } = row
      counts.events += 1
      if (chain?.payoutId !== payoutId) {
        close()
        let payout = await nextPayout()
        while (payout !== null && payout.id !== payoutId && (await isArchived(payout)))
          payout = await nextPayout()
        if (payout !== null && payout.id !== payoutId)
          throw new Wrong(eventFile, `Payout ${payout.id} has no history, or ${payoutId} is no payout.`)
        const check = createChainCheck(payoutId, await startOf(payoutId))
        chain = { payoutId, status: payout?.status ?? null, check }
      }
      const { hash, prev_hash: prevHash, material } = row
      chain.check.look({ id: BigInt(id), payoutId, hash, prevHash, fromStatus, toStatus, material })
      const said = { 0: prevHash, 1: Number(id), 2: payoutId, 4: kind, 6: fromStatus, 7: toStatus, 12: data }
      if (!says(material, said))
        throw new Wrong(eventFile, `Event ${id} says something else than what its hash is over.`)
    },
    async end() {
      close()
      for (let payout = await nextPayout(); payout; payout = await nextPayout())
        if (!(await isArchived(payout))) throw new Wrong(eventFile, `Payout ${payout.id} has no history.`)
    },
  }
}

async function* none(): AsyncIterable<string> {}

/** Each row against its hash, and each seal against its rows and the seal before. Rows after the last seal have their own hashes alone. */
function lookAtAudit(
  seals: readonly Seal[],
  anchors: readonly Anchor[],
  counts: { auditRows: number; seals: number },
): Looker {
  let [next, before, rows] = [0, '', 0n]
  let hash = createHash('sha256').update(before)
  /** Closes the seals whose rows are all read, when the next row has this number. */
  const closeBelow = (id: bigint | null) => {
    for (;;) {
      const seal = seals[next]
      if (!seal || (id !== null && id <= BigInt(seal.last_event_id))) return
      if (rows !== BigInt(seal.events) || hash.digest('hex') !== seal.hash)
        throw new Wrong(sealFile, `Seal ${seal.seq} does not fit its rows, or the seal before.`)
      ;[next, before, rows] = [next + 1, seal.hash, 0n]
      hash = createHash('sha256').update(before)
      counts.seals += 1
    }
  }
  return {
    look(line) {
      const row = auditLine.parse(JSON.parse(line))
      const { id, kind, actor_name: name, subject, data, hash: own, material } = row
      counts.auditRows += 1
      const isRight = says(material, { 0: Number(id), 2: kind, 5: name, 6: subject, 7: data })
      if (sha256(material) !== own || !isRight)
        throw new Wrong(auditFile, `Audit row ${id} does not fit its hash: it was changed.`)
      closeBelow(BigInt(id))
      hash.update(`\n${id} ${own}`)
      rows += 1n
    },
    end() {
      closeBelow(null)
      for (const { day, audit_event_id: last, audit_hash: named } of anchors)
        if (last !== null && !seals.some((one) => one.last_event_id === last && one.hash === named))
          throw new Wrong(sealFile, `The anchor of ${day} names a seal that is not there with that hash.`)
    },
  }
}
