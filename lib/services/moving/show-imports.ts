/** Imports as staff sees them, what was wrong with their rows, and the payouts of former systems. */
import type { Cell } from '#lib/contract/spreadsheet.ts'
import type { ImportLineProblem, LeftOut } from '#lib/payouts/import-problems.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { pageByTime } from '#lib/services/api/cursor.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { Deps, Import, ImportedPayout, Payout } from '#lib/services/ports.ts'
import { importProblemText } from '#lib/words/import-problem-text.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'

/** Where an import is: it has errors, waits for a second admin, is being applied, is done, or was not confirmed. */
export type ImportState = 'wrong' | 'waits' | 'working' | 'done' | 'over'

export function stateOf({
  wrong,
  decision,
  endedAt,
}: Pick<Import, 'wrong' | 'decision' | 'endedAt'>): ImportState {
  if (wrong > 0) return 'wrong'
  if (decision === null) return 'waits'
  if (decision !== 'confirmed') return 'over'
  return endedAt === null ? 'working' : 'done'
}

const importsShown = 50
/** More than anybody mends in one go; the file has all. */
const problemsShown = 200

export async function listImports(
  deps: Pick<Deps, 'imports'>,
  actor: Actor,
  { cursor }: { cursor?: string | undefined },
): Promise<{ ok: true; imports: Import[]; nextCursor: string | null } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'moving.see')) return refuse('forbidden')
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) return refuse('not_found')
  const { rows, next } = await deps.imports.list({
    limit: importsShown,
    ...(cursor !== undefined && { before: BigInt(cursor) }),
  })
  return { ok: true, imports: rows, nextCursor: next === null ? null : next.toString() }
}

/** `may`: what this person can do about it now. Problems and rows left out are the first of them. */
export async function showImport(
  deps: Pick<Deps, 'imports' | 'people' | 'access'>,
  actor: Actor,
  input: { id: string },
): Promise<
  | {
      ok: true
      imported: Import
      state: ImportState
      problems: ImportLineProblem[]
      leftOut: LeftOut[]
      may: 'decide' | 'withdraw' | null
    }
  | Refusal<'not_found'>
> {
  const imported = may(actor, 'moving.see') && isUuid(input.id) ? await deps.imports.find(input.id) : null
  if (!imported) return refuse('not_found')
  const state = stateOf(imported)
  const problems = state === 'wrong' ? ((await deps.imports.problems(imported.id, 0)) ?? []) : []
  const leftOut: LeftOut[] = []
  if (imported.leftOut > 0)
    for await (const found of eachPart((part) => deps.imports.leftOut(imported.id, part))) {
      leftOut.push(...found)
      if (leftOut.length >= problemsShown) break
    }
  return {
    ...{ ok: true, imported, state },
    problems: problems.slice(0, problemsShown),
    leftOut: leftOut.slice(0, problemsShown),
    may:
      state === 'waits' && actor.kind === 'user' && may(actor, 'moving.import')
        ? (await isSamePerson(deps, actor.id, imported.proposedById))
          ? 'withdraw'
          : 'decide'
        : null,
  }
}

async function* eachPart<Row>(read: (part: number) => Promise<Row[] | null>): AsyncIterable<Row[]> {
  for (let part = 0; ; part++) {
    const found = await read(part)
    if (found === null) return
    yield found
  }
}

/** Everything that is wrong, or was left out, an error to a line. Piece by piece. */
export async function openImportErrors(
  deps: Pick<Deps, 'imports'>,
  actor: Actor,
  { id, locale }: { id: string; locale: Locale },
): Promise<
  { ok: true; imported: Import; heads: string[]; pages: AsyncIterable<Cell[][]> } | Refusal<'not_found'>
> {
  const imported = may(actor, 'moving.see') && isUuid(id) ? await deps.imports.find(id) : null
  if (!imported) return refuse('not_found')
  const t = wordsFor(locale, 'moving')
  const record = ({ line, ...problem }: ImportLineProblem): Cell[] => [
    ...[String(line), problem.code],
    importProblemText(locale, problem),
  ]
  async function* pages() {
    for await (const found of eachPart((part) => deps.imports.problems(id, part))) yield found.map(record)
    for await (const found of eachPart((part) => deps.imports.leftOut(id, part))) yield found.map(record)
  }
  return { ok: true, imported, heads: [t('files.line'), t('files.code'), t('files.error')], pages: pages() }
}

/** Payouts of former systems, newest first: all, or those that a search names by reference, order or receiver. */
export async function listImported(
  deps: Pick<Deps, 'imports' | 'config'>,
  actor: Actor,
  { search = '', cursor }: { search?: string | undefined; cursor?: string | undefined },
): Promise<
  { ok: true; data: ImportedPayout[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const wanted = tidyId(search).slice(0, 200)
  const page = await pageByTime(
    deps.config,
    { name: 'imported', filter: { search: wanted } },
    { limit: importsShown, cursor },
    async (asked) =>
      (await deps.imports.history(wanted === '' ? {} : { search: wanted }, asked)).map((row) => ({
        ...row,
        createdAt: row.endedAt,
      })),
  )
  return page.ok ? { ok: true, data: page.rows, nextCursor: page.nextCursor } : page
}

const shownOfReceiver = 25

/** The latest payouts of former systems to one receiver: for staff, and for the receiver themselves. */
export async function importedOf(
  deps: Pick<Deps, 'imports'>,
  actor: Actor,
  receiverId: string,
): Promise<ImportedPayout[]> {
  const isOwn = actor.kind === 'user' && may(actor, 'payout.see_own') && actor.receiverId === receiverId
  if (!isOwn && !may(actor, 'payout.see_all')) return []
  return deps.imports.history({ receiverId }, { limit: shownOfReceiver, after: undefined })
}

/** A payment of the former system this near may be the same one. */
const alikeDays = 31
const alikeShown = 3

/** Did a former system pay the same receiver the same amount lately? It decides nothing: people look. */
export async function paidBefore(
  deps: Pick<Deps, 'imports'>,
  actor: Actor,
  payout: Pick<Payout, 'amountMinor' | 'currency' | 'createdAt'> & { receiver: { id: string } },
): Promise<ImportedPayout[]> {
  if (!may(actor, 'payout.see_all')) return []
  const { amountMinor, currency, createdAt, receiver } = payout
  return deps.imports.paidAlike(
    { receiverId: receiver.id, currency, amountMinor, at: createdAt, days: alikeDays },
    alikeShown,
  )
}
