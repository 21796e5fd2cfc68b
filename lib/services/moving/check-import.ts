/**
 * A file from elsewhere comes in and is checked: every row, beside what is here. Good as a whole, it becomes a proposal that another admin
 * confirms; with errors, its page says what they are. docs/decisions/0027-moving-in-and-out.md has the reasons.
 */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ImportKind, ImportLineProblem } from '#lib/payouts/import-problems.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import { judgeDestination } from '#lib/services/destination/add-destination.ts'
import { ownFields, usualLabelOf } from '#lib/services/destination/new-destination.ts'
import { fieldsAsked } from '#lib/services/endpoint/endpoint-book.ts'
import type {
  Deps,
  DestinationRow,
  HistoryRow,
  Import,
  ImportRows,
  ImportSum,
  NamedReceiver,
  NewImport,
  ReceiverRow,
  Told,
} from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { wordsFor } from '#lib/words/words.ts'
import {
  fieldProblem,
  readDestinationRow,
  readHistoryRow,
  readImportFile,
  readReceiverRow,
} from './read-import.ts'
import type { RawImportRow } from './read-import.ts'
import { adds, differs, isSameHistory } from './same.ts'

export type ImportRequest = {
  kind: ImportKind
  /** Of the file. */
  name: string
  /** The former system, of a history. */
  source: string
  /** Destinations: they were in use elsewhere and need no cooling-off time. */
  atOnce: boolean
  code: string
} & ({ bytes: Uint8Array | string; rows?: undefined } | { rows: RawImportRow[]; bytes?: undefined })

const sourceMaxCharacters = 60

/**
 * `imported`: the proposal, or a checked file with errors, which is over. `problems`: why the file as a whole can't be read; then nothing
 * is kept. A code is needed for a proposal alone: without one, the answer is the refusal and nothing is kept.
 */
export async function checkImport(
  deps: Deps,
  actor: Actor,
  request: ImportRequest,
): Promise<
  | { ok: true; imported: Import; problems: [] }
  | { ok: true; imported: null; problems: ImportLineProblem[] }
  | Refusal<'forbidden' | 'invalid_request' | StepUpRefusal>
> {
  if (!may(actor, 'moving.import')) return refuse('forbidden')
  const { kind } = request
  const source = kind === 'history' ? tidyLine(request.source) : null
  const errors: InputProblem[] = []
  if (source === '') errors.push({ path: 'source', said: { code: 'empty' } })
  if (source !== null && source.length > sourceMaxCharacters)
    errors.push({ path: 'source', said: { code: 'tooLong', max: sourceMaxCharacters } })
  if (errors.length > 0) return refuse('invalid_request', { errors })
  const asked = await fieldsAsked(deps)
  const read =
    request.bytes === undefined
      ? { ok: true as const, rows: request.rows }
      : readImportFile(kind, asked.fields, request.bytes)
  if (!read.ok) return { ok: true, imported: null, problems: read.problems }
  if (read.rows.length === 0) return { ok: true, imported: null, problems: [{ line: 0, code: 'noRows' }] }
  const { content, problems, known } = await judged(deps, kind, source ?? '', read.rows)
  const id = randomUUID()
  if (problems.length === 0) {
    const unproven = await refuseStepUp(
      deps,
      actor,
      { kind: 'import', subject: `propose ${id}` },
      request.code,
    )
    if (unproven) return unproven
  }
  const draft: NewImport = {
    ...{ id, kind, source, known, content, problems },
    name: tidyLine(request.name.replaceAll(/\p{Cc}/gu, '')).slice(0, 200) || '-',
    atOnce: kind === 'destinations' && request.atOnce,
    rows: read.rows.length,
    sums: content.kind === 'history' ? sumsOf(content.rows) : [],
  }
  const imported = await deps.imports.propose(draft, (made) => toldOf(deps, actor, made), actor)
  return { ok: true, imported, problems: [] }
}

/** `content`: what would be new. */
type Judged<Content> = { content: Content; problems: ImportLineProblem[]; known: number }

function judged(
  deps: Deps,
  kind: ImportKind,
  source: string,
  rows: RawImportRow[],
): Promise<Judged<ImportRows>> {
  switch (kind) {
    case 'receivers':
      return judgeReceivers(deps, rows)
    case 'destinations':
      return judgeDestinations(deps, rows)
    case 'history':
      return judgeHistory(deps, source, rows)
  }
}

/** A web server answers others while it checks a hundred thousand rows. */
async function letOthers(index: number): Promise<void> {
  if (index % 500 === 499) await setImmediate()
}

/** Reads each row, and names those that are there twice. Rows that their file broke aren't looked at any further. */
async function readAll<Row extends { line: number }>(
  rows: RawImportRow[],
  read: (row: RawImportRow) => { row: Row | null; problems: RawImportRow['problems'] },
  keyOf: (row: Row) => string,
): Promise<{ good: Row[]; problems: ImportLineProblem[] }> {
  const first = new Map<string, number>()
  const problems: ImportLineProblem[] = []
  const good: Row[] = []
  for (const [index, raw] of rows.entries()) {
    await letOthers(index)
    const found = raw.problems.length > 0 ? { row: null, problems: raw.problems } : read(raw)
    problems.push(...found.problems.map((problem) => ({ line: raw.line, ...problem })))
    if (found.row === null) continue
    const key = keyOf(found.row)
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, raw.line)
      good.push(found.row)
    } else problems.push({ line: raw.line, code: 'sameAbove', before })
  }
  return { good, problems }
}

async function judgeReceivers(
  deps: Pick<Deps, 'imports'>,
  raw: RawImportRow[],
): Promise<Judged<Extract<ImportRows, { kind: 'receivers' }>>> {
  const { good, problems } = await readAll(raw, readReceiverRow, ({ externalId }) => externalId)
  const known = await deps.imports.receivers(good.map(({ externalId }) => externalId))
  const rows: ReceiverRow[] = []
  for (const row of good) {
    const before = known.get(row.externalId)
    if (differs(before, row)) problems.push({ line: row.line, code: 'receiverDiffers' })
    else if (!before || adds(before, row)) rows.push(row)
  }
  return {
    content: { kind: 'receivers', rows },
    problems: inOrder(problems),
    known: good.length - rows.length,
  }
}

async function judgeDestinations(
  deps: Deps,
  raw: RawImportRow[],
): Promise<Judged<Extract<ImportRows, { kind: 'destinations' }>>> {
  const asked = await fieldsAsked(deps)
  const keyOf = ({ receiver, fields }: DestinationRow) =>
    JSON.stringify([receiver, Object.entries(fields).sort()])
  const { good, problems } = await readAll(raw, (row) => readDestinationRow(asked.fields, row), keyOf)
  const receivers = await deps.imports.receivers([...new Set(good.map(({ receiver }) => receiver))])
  const read: { receiver: NamedReceiver; row: DestinationRow }[] = []
  for (const [index, row] of good.entries()) {
    await letOthers(index)
    const receiver = receivers.get(row.receiver)
    if (!receiver) {
      problems.push({ line: row.line, code: 'receiverUnknown' })
      continue
    }
    const { fields: tidied, errors } = judgeDestination(asked, receiver, row)
    const fields = ownFields(tidied, receiver)
    if (errors.length === 0 && Object.keys(fields).length === 0)
      errors.push({ path: 'destination', said: { code: 'nothingToSave' } })
    problems.push(...errors.map((one) => ({ line: row.line, ...fieldProblem(one) })))
    const label = row.label === '' ? usualLabelOf(fields) : row.label
    if (errors.length === 0) read.push({ receiver, row: { ...row, label, fields } })
  }
  const known = await deps.imports.knownDestinations(
    read.map(({ receiver, row }) => ({ line: row.line, receiverId: receiver.id, fields: row.fields })),
  )
  const rows: DestinationRow[] = []
  for (const { receiver, row } of read) {
    if (known.has(row.line)) continue
    if (receiver.isLive) problems.push({ line: row.line, code: 'receiverLive' })
    else rows.push(row)
  }
  // The first that comes becomes a receiver's default, so the one that says so goes first.
  rows.sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
  return { content: { kind: 'destinations', rows }, problems: inOrder(problems), known: known.size }
}

async function judgeHistory(
  deps: Pick<Deps, 'imports' | 'clock'>,
  source: string,
  raw: RawImportRow[],
): Promise<Judged<Extract<ImportRows, { kind: 'history' }>>> {
  const nowMs = deps.clock.wallMs()
  const { good, problems } = await readAll(
    raw,
    (row) => readHistoryRow(nowMs, row),
    ({ reference }) => reference,
  )
  const receivers = await deps.imports.receivers([...new Set(good.map(({ receiver }) => receiver))])
  const known = await deps.imports.knownHistory(
    source,
    good.map(({ reference }) => reference),
  )
  const rows: HistoryRow[] = []
  for (const row of good) {
    const before = known.get(row.reference)
    if (!receivers.has(row.receiver)) problems.push({ line: row.line, code: 'receiverUnknown' })
    else if (before && !isSameHistory(before, row)) problems.push({ line: row.line, code: 'historyDiffers' })
    else if (!before) rows.push(row)
  }
  return { content: { kind: 'history', rows }, problems: inOrder(problems), known: known.size }
}

const inOrder = (problems: ImportLineProblem[]) => problems.sort((a, b) => a.line - b.line)

function sumsOf(rows: readonly HistoryRow[]): ImportSum[] {
  const sums = new Map<string, ImportSum>()
  for (const { currency, status, amountMinor } of rows) {
    const key = `${currency} ${status}`
    const sum = sums.get(key) ?? { currency, status, count: 0, amountMinor: 0n }
    sums.set(key, { ...sum, count: sum.count + 1, amountMinor: sum.amountMinor + BigInt(amountMinor) })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}

/** A mail to every admin but the proposer, and an open item until it is decided. Nothing for one with errors: nobody can confirm it. */
function toldOf(deps: Pick<Deps, 'config'>, actor: Actor, made: Import): Told {
  if (made.endedAt !== null) return { mails: [] }
  const page = `/desk/moving/${made.id}`
  return {
    mails: [
      {
        to: 'admins',
        ...(actor.kind === 'user' && { exceptUserId: actor.id }),
        dedupeKey: `import:${made.id}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          return {
            subject: words('proposed.import.subject'),
            text: [
              words('hello'),
              words('proposed.import.text', { by: made.proposedByName, name: made.name, rows: made.rows }),
              `${words('proposed.decide')}\n${deps.config.appUrl}${page}`,
            ].join('\n\n'),
          }
        },
      },
    ],
    item: {
      kind: 'proposal_waits',
      severity: 'warning',
      subject: `import:${made.id}`,
      what: `${made.proposedByName} proposed an import`,
      why: `An admin who did not propose it confirms or rejects it: ${made.name}`,
      data: { page: '/desk/moving' },
    },
  }
}
