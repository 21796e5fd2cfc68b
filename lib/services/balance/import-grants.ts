import { createHash, randomUUID } from 'node:crypto'
import { readGrantFile } from '#lib/contract/grant-csv.ts'
import type { GrantRow } from '#lib/contract/grant-csv.ts'
import type { LineProblem } from '#lib/payouts/grant-file-problems.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { receiverDifferences } from '#lib/payouts/text.ts'
import type { Deps, GrantDraft } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { contradicts, isSameGrant, readGrant } from './read-grant.ts'

export type ImportReport = {
  /** Everything that is wrong, by line; line 0 is the file as a whole. A file with problems is not applied. */
  problems: LineProblem[]
  /** Of the rows not granted yet. */
  sums: { currency: string; count: number; amountMinor: bigint }[]
  rows: number
  /** Rows whose grant already exists. */
  known: number
  /** External ids of the receivers that applying it would create, in the order of the file. */
  newReceivers: string[]
}

/**
 * Imports a file of grants. `apply: false` is a dry run: it says what is wrong and what would be granted. Applied, the file is granted
 * whole or not at all. Rows granted before are skipped, so the same file again grants nothing.
 */
export async function importGrants(
  deps: Deps,
  actor: Actor,
  input: { content: Uint8Array | string; apply: boolean; code: string },
): Promise<
  | { ok: true; applied: boolean; made: number; report: ImportReport }
  | Refusal<'forbidden' | 'grant_file_wrong' | StepUpRefusal>
> {
  if (actor.kind === 'api_key' || !may(actor, 'balance.grant')) return refuse('forbidden')
  const { drafts, report } = await examine(deps, input.content)
  if (!input.apply) return { ok: true, applied: false, made: 0, report }
  if (report.problems.length > 0) return refuse('grant_file_wrong')
  if (drafts.length === 0) return { ok: true, applied: true, made: 0, report }
  const hash = createHash('sha256')
    .update(JSON.stringify(drafts.map(withoutId)))
    .digest('hex')
  const unproven = await refuseStepUp(deps, actor, { kind: 'grant', subject: `file ${hash}` }, input.code)
  if (unproven) return unproven
  const saved = await deps.ledger.grantAll(drafts, actor)
  // Somebody granted, or created a receiver, since the dry run: the next one shows it.
  return saved.kind === 'made'
    ? { ok: true, applied: true, made: saved.made, report }
    : refuse('grant_file_wrong', { detail: { code: 'row', reference: saved.reference } })
}

const withoutId = ({ receiver, currency, amountMinor, reference }: GrantDraft) => ({
  receiver,
  currency,
  amountMinor: amountMinor.toString(),
  reference,
})

async function examine(
  deps: Deps,
  content: Uint8Array | string,
): Promise<{ drafts: GrantDraft[]; report: ImportReport }> {
  const file = readGrantFile(content)
  const empty = { sums: [], rows: 0, known: 0, newReceivers: [] }
  if (!file.ok) return { drafts: [], report: { ...empty, problems: file.problems } }
  const read = file.rows.map((row) => ({ row, grant: readGrant(deps.config, bodyOf(row)) }))
  const problems: LineProblem[] = read.flatMap(({ row: { line }, grant }) =>
    grant.ok
      ? []
      : grant.errors.map((problem) => ({
          ...{ line, code: 'field' as const, column: columnOf(problem.path), problem },
        })),
  )
  const entries = read.flatMap(({ row: { line }, grant }) =>
    grant.ok ? [{ line, draft: draftOf(grant) }] : [],
  )
  problems.push(...repeated(entries), ...(await contradictions(deps, entries)))
  const known = new Map(
    (await deps.ledger.findGrants(entries.map(({ draft }) => draft.reference))).map((grant) => [
      grant.reference,
      grant,
    ]),
  )
  const fresh: GrantDraft[] = []
  for (const { line, draft } of entries) {
    const before = known.get(draft.reference)
    if (!before) fresh.push(draft)
    else if (!isSameGrant(before, draft)) problems.push({ line, code: 'referenceTaken' })
  }
  problems.sort((a, b) => a.line - b.line)
  const named = [...new Set(fresh.map(({ receiver }) => receiver.externalId))]
  const there = new Set((await deps.ledger.receivers(named)).map(({ externalId }) => externalId))
  const newReceivers = named.filter((externalId) => !there.has(externalId))
  const report = { problems, sums: sumsOf(fresh), rows: file.rows.length, known: known.size, newReceivers }
  return { drafts: fresh, report }
}

type Entry = { line: number; draft: GrantDraft }

/** One reference twice in a file is a repeated grant or two conflicting ones: either way a person must look. */
function repeated(entries: Entry[]): LineProblem[] {
  const first = new Map<string, number>()
  return entries.flatMap(({ line, draft: { reference } }) => {
    const before = first.get(reference)
    if (before !== undefined) return [{ line, code: 'referenceAbove', before }]
    first.set(reference, line)
    return []
  })
}

/** What a row says of a receiver must fit what is known of him, and what the rows before it say. */
async function contradictions(deps: Deps, entries: Entry[]): Promise<LineProblem[]> {
  const numbers = [...new Set(entries.map(({ draft }) => draft.receiver.externalId))]
  const known = new Map((await deps.ledger.receivers(numbers)).map((one) => [one.externalId, one]))
  const introduced = new Map<string, GrantDraft['receiver']>()
  return entries.flatMap<LineProblem>(({ line, draft: { receiver } }) => {
    if (contradicts(known.get(receiver.externalId), receiver)) return [{ line, code: 'receiverDiffers' }]
    const said = introduced.get(receiver.externalId)
    introduced.set(receiver.externalId, { ...receiver, ...said })
    return said && receiverDifferences(said, receiver).length > 0
      ? [{ line, code: 'receiverDiffersAbove' }]
      : []
  })
}

const bodyOf = ({ cells }: GrantRow) => ({
  receiver: {
    externalId: cells.receiver,
    ...(cells.email !== undefined && { email: cells.email }),
    ...(cells.first_name !== undefined && { firstName: cells.first_name }),
    ...(cells.last_name !== undefined && { lastName: cells.last_name }),
    ...(cells.locale !== undefined && { locale: cells.locale }),
  },
  ...(cells.currency !== undefined && { currency: cells.currency.toUpperCase() }),
  ...(cells.amount !== undefined && { amount: cells.amount }),
  reference: cells.reference,
})

const columnNames: Record<string, string> = {
  'receiver.externalId': 'receiver',
  'receiver.email': 'email',
  'receiver.firstName': 'first_name',
  'receiver.lastName': 'last_name',
  'receiver.locale': 'locale',
}
const columnOf = (path: string) => columnNames[path] ?? path

function draftOf({ request, amountMinor }: { request: GrantRequestOf; amountMinor: bigint }): GrantDraft {
  const { externalId, email, firstName, lastName, locale } = request.receiver
  return {
    id: randomUUID(),
    receiver: {
      externalId,
      ...(email !== undefined && { email }),
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== undefined && { lastName }),
      ...(locale !== undefined && { locale }),
    },
    currency: request.currency,
    amountMinor,
    reference: request.reference,
    idempotencyKey: null,
    source: 'csv',
  }
}
type GrantRequestOf = Extract<ReturnType<typeof readGrant>, { ok: true }>['request']

function sumsOf(drafts: readonly GrantDraft[]): ImportReport['sums'] {
  const sums = new Map<string, { count: number; amountMinor: bigint }>()
  for (const { currency, amountMinor } of drafts) {
    const sum = sums.get(currency) ?? { count: 0, amountMinor: 0n }
    sums.set(currency, { count: sum.count + 1, amountMinor: sum.amountMinor + amountMinor })
  }
  return [...sums]
    .map(([currency, sum]) => ({ currency, ...sum }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1))
}
