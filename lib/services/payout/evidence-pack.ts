/**
 * The evidence pack: one JSON file with all that is known of a payout, for an auditor or Cardzo's support. No secret and no full account
 * number is in it. It can be verified without the portal and its database (docs/history.md#evidence-packs). Pure.
 */
import { createChainCheck, sha256 } from '#lib/services/safety/history-chain.ts'
import type { ChainStart } from '#lib/services/safety/history-chain.ts'
import type { ChainRow } from '#lib/services/ports.ts'

export const packFormat = 'payout-evidence/1'

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
type JsonObject = { [name: string]: Json }

/** The columns of an event in the order of its material: the same list as payout_event_material() in the migrations. */
const columns = [
  ...['prevHash', 'id', 'payoutId', 'at', 'kind', 'move', 'fromStatus', 'toStatus', 'version'],
  ...['actorKind', 'actorId', 'actorName', 'data'],
]

/** What the file says of one event: `material` is what is hashed, the rest is the same to read. */
export function packedEvent({ material, hash }: Pick<ChainRow, 'material' | 'hash'>): JsonObject {
  return { ...readMaterial(material), material, hash }
}

/** Throws when it isn't the material of an event. */
function readMaterial(material: string): JsonObject {
  const values: unknown = JSON.parse(material)
  if (!Array.isArray(values) || values.length !== columns.length)
    throw new Error('not the material of an event')
  const read = Object.fromEntries(columns.map((name, index) => [name, values[index] as Json]))
  return { ...read, at: new Date(Math.round(Number(read['at']) * 1000)).toISOString() }
}

/** One way to write it: names in order, two blanks, one line end. Whatever JSON can't say becomes text or disappears first. */
const canonical = (value: unknown): string => `${JSON.stringify(inOrder(plain(value)), null, 2)}\n`

const plain = (value: unknown): Json =>
  JSON.parse(
    JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)),
  ) as Json

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inOrder)
  if (value === null || typeof value !== 'object') return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]))
}

/** The file's text, and its seal: SHA-256 over the text of everything else in it. */
export function sealPack(content: Record<string, unknown>): { text: string; seal: string } {
  const seal = sha256(canonical(content))
  return { text: canonical({ ...content, seal }), seal }
}

/** `wrong` names the first part that does not fit. */
export type PackVerdict =
  | { ok: true; payoutId: string; status: string; events: number; seal: string; anchor: Json }
  | { ok: false; wrong: 'file' | 'seal' | 'event' | 'chain' | 'note' | 'kept_seal'; why: string }

/**
 * Is this the file that the portal made? Every changed byte is found, as long as the seal inside is the one that the audit trail has of
 * the download: pass that as `keptSeal`.
 */
export function verifyPack(bytes: Uint8Array, keptSeal?: string): PackVerdict {
  const pack = readPack(bytes)
  if (pack === null) return wrong('file', 'This is not an evidence pack as the portal writes it.')
  const { seal, ...content } = pack
  if (typeof seal !== 'string' || seal !== sha256(canonical(content)))
    return wrong('seal', 'Something in the file was changed: its seal does not fit its content.')
  const history = verifyEvents(content)
  if (!history.ok) return history
  if (keptSeal !== undefined && keptSeal !== seal)
    return wrong('kept_seal', `The file is sealed with ${seal}, not with the seal that was kept.`)
  return { ...history, seal, anchor: content['anchor'] ?? null }
}

const wrong = (what: (PackVerdict & { ok: false })['wrong'], why: string): PackVerdict & { ok: false } => ({
  ok: false,
  wrong: what,
  why,
})

/** Null: it is not JSON, not written in the one way there is, or of another format. */
function readPack(bytes: Uint8Array): JsonObject | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const pack = JSON.parse(text) as Json
    if (!isObject(pack) || pack['format'] !== packFormat || canonical(pack) !== text) return null
    return pack
  } catch {
    // Not UTF-8, or not JSON.
    return null
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type History = { ok: true; payoutId: string; status: string; events: number }

/** Each event is what its material says, each material has its hash, each hash is in the next one, and the last move led to the status. */
function verifyEvents({
  payout,
  events,
  notes = [],
  archived = null,
}: JsonObject): History | (PackVerdict & { ok: false }) {
  if (!isObject(payout) || !Array.isArray(events))
    return wrong('file', 'The payout or its events are missing.')
  const { id, status } = payout
  if (typeof id !== 'string' || typeof status !== 'string')
    return wrong('file', 'The payout has no id or no status.')
  const start = startOf(archived)
  if (start === undefined) return wrong('file', 'What it says of archived events does not read.')
  const check = createChainCheck(id, start)
  for (const event of events) {
    const row = isObject(event) ? rowOf(event) : null
    if (row === null) return wrong('event', 'An event does not read as what was hashed of it.')
    if (row.payoutId !== id) return wrong('chain', `Event ${row.id} is about another payout.`)
    check.look(row)
  }
  const broken = check.end(status)
  if (broken) return wrong('chain', broken.why)
  if (!areNoted(notes, events, start !== null))
    return wrong('note', 'The notes are not those that the history tells of.')
  return { ok: true, payoutId: id, status, events: events.length }
}

/** Where the events go on from, when those before are in an archive; null: all are here. Undefined: it can't be read. */
function startOf(archived: Json): ChainStart | null | undefined {
  if (archived === null) return null
  if (!isObject(archived)) return undefined
  const { lastEventId, lastHash, status } = archived
  if (typeof lastEventId !== 'string' || !/^\d{1,18}$/.test(lastEventId)) return undefined
  if (typeof lastHash !== 'string' || typeof status !== 'string') return undefined
  return { lastEventId: BigInt(lastEventId), lastHash, status }
}

/** Is each note the text that its last event has the hash of, and is there a note for each such event? An archive may have that event. */
function areNoted(notes: Json, events: readonly Json[], isArchived: boolean): boolean {
  const noted = new Map<Json | undefined, JsonObject>()
  for (const event of events)
    if (isObject(event) && event['kind'] === 'noted' && isObject(event['data']))
      noted.set(event['data']['note'], event['data'])
  if (!Array.isArray(notes) || notes.length < noted.size || (notes.length > noted.size && !isArchived))
    return false
  return notes.every((note) => {
    if (!isObject(note) || typeof note['text'] !== 'string') return false
    const told = noted.get(note['id'])
    if (!told && isArchived) return true
    return told?.['sha256'] === sha256(note['text']) && told['toReceiver'] === note['toReceiver']
  })
}

/** Null: what is there to read is not what the material says. */
function rowOf(event: JsonObject): ChainRow | null {
  const { material, hash } = event
  if (typeof material !== 'string' || typeof hash !== 'string') return null
  let read: JsonObject
  try {
    read = packedEvent({ material, hash })
  } catch {
    return null
  }
  if (canonical(read) !== canonical(event)) return null
  const { id, payoutId, prevHash, fromStatus, toStatus } = read
  if (typeof id !== 'number' || typeof payoutId !== 'string' || typeof prevHash !== 'string') return null
  return {
    id: BigInt(id),
    payoutId,
    material,
    hash,
    prevHash,
    fromStatus: typeof fromStatus === 'string' ? fromStatus : null,
    toStatus: typeof toStatus === 'string' ? toStatus : null,
  }
}
