/** Puts a payout's events and mails into one list, and folds what machines repeat. Pure. */
import { repeatsOf } from '#lib/services/order/repeats.ts'
import type { Note, Progress, StoredMail, TimelineEvent } from '#lib/services/ports.ts'

/** How often the same was said, and when last. */
export type Repeat = { times: number; at: Date }
export type EventEntry = {
  kind: 'event'
  event: TimelineEvent
  repeat: Repeat | null
  /** The note that this event tells of; `changed`: its text is shown with an earlier event. */
  note: { note: Note; changed: boolean } | null
}
/** Several events of one kind in a row, of a machine and without a move. `times` counts what was said again too. */
export type RunEntry = { kind: 'run'; entries: EventEntry[]; times: number; from: Date; to: Date }
/** The same mail to one or more people. */
export type MailEntry = { kind: 'mail'; subject: string; at: Date; mails: StoredMail[] }
export type Entry = EventEntry | RunEntry | MailEntry

/** A mail is written at the beginning of the transaction whose event is a moment later. */
const oneTransactionMs = 1_000

export function groupTimeline({
  timeline,
  said,
  mails,
  notes,
}: {
  timeline: readonly TimelineEvent[]
  said: Progress['said']
  mails: readonly StoredMail[]
  notes: readonly Note[]
}): Entry[] {
  const repeats = repeatsOf(timeline, said)
  const written = new Map(notes.map((note) => [note.id, note]))
  const shown = new Set<string>()
  const noteOf = (event: TimelineEvent): EventEntry['note'] => {
    const note = event.kind === 'noted' ? written.get(String(event.data['note'])) : undefined
    if (!note) return null
    const changed = shown.has(note.id)
    shown.add(note.id)
    return { note, changed }
  }
  const events = timeline.map((event): EventEntry => {
    return { kind: 'event', event, repeat: repeats.get(event.id) ?? null, note: noteOf(event) }
  })
  return withMails(folded(events), mailEntries(mails))
}

const isMachine = ({ event }: EventEntry): boolean =>
  (event.actorKind === 'worker' || event.actorKind === 'cardzo') && event.toStatus === null

function folded(events: readonly EventEntry[]): (EventEntry | RunEntry)[] {
  const runs: EventEntry[][] = []
  for (const entry of events) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run && before && isMachine(entry) && isMachine(before) && before.event.kind === entry.event.kind)
      run.push(entry)
    else runs.push([entry])
  }
  return runs.flatMap((entries): (EventEntry | RunEntry)[] => {
    const [first] = entries
    // Two are read as quickly as their summary.
    if (!first || entries.length < 3) return entries
    const times = entries.reduce((sum, { repeat }) => sum + (repeat?.times ?? 1), 0)
    return [{ kind: 'run', entries, times, from: first.event.at, to: lastOf(entries) }]
  })
}

const lastOf = (entries: readonly EventEntry[]): Date =>
  new Date(Math.max(...entries.map(({ event, repeat }) => (repeat?.at ?? event.at).getTime())))

function mailEntries(mails: readonly StoredMail[]): MailEntry[] {
  const found = new Map<string, MailEntry>()
  for (const mail of mails) {
    const key = `${mail.createdAt.getTime()} ${mail.subject}`
    const entry = found.get(key) ?? {
      kind: 'mail' as const,
      subject: mail.subject,
      at: mail.createdAt,
      mails: [],
    }
    entry.mails.push(mail)
    found.set(key, entry)
  }
  return [...found.values()]
}

const beginOf = (entry: EventEntry | RunEntry): number =>
  (entry.kind === 'run' ? entry.from : entry.event.at).getTime()

function withMails(entries: readonly (EventEntry | RunEntry)[], mails: readonly MailEntry[]): Entry[] {
  const all: Entry[] = []
  const left = [...mails].sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const entry of entries) {
    while (left[0] && left[0].at.getTime() + oneTransactionMs < beginOf(entry)) all.push(...left.splice(0, 1))
    all.push(entry)
  }
  return [...all, ...left]
}
