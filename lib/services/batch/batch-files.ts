/** Files about a batch: what became of each row, and what is wrong with rows. Page by page, so that none is ever whole in memory. */
import type { Cell } from '#lib/contract/spreadsheet.ts'
import { problemCode } from '#lib/payouts/batch-problems.ts'
import type { CodeBook } from '#lib/payouts/error-codes.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { bookFor, failureWords } from '#lib/services/payout/failure-words.ts'
import { payoutView } from '#lib/services/payout/payout-view.ts'
import type { Batch, Deps } from '#lib/services/ports.ts'
import { batchProblemText } from '#lib/words/batch-problem-text.ts'
import type { Locale } from '#lib/words/locales.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { wordsFor } from '#lib/words/words.ts'
import { batchFor, listBatchRows } from './show-batch.ts'
import type { ShownRow } from './show-batch.ts'

const pageRows = 1_000

/** Why a row brought no money, as a stable code and in words; null: it is paid or under way. `status`: of its payout, or where the row is. */
export function outcomeOf(
  { config }: Pick<Deps, 'config'>,
  row: ShownRow,
  book: CodeBook,
  locale: Locale,
): { status: string; failure: { code: string; message: string } | null } {
  const { payout, problems, refused } = row
  const [problem] = problems
  if (problem)
    return {
      status: 'wrong',
      failure: {
        code: problemCode(problem),
        message: problems.map((one) => batchProblemText(locale, one)).join(' '),
      },
    }
  if (refused)
    return { status: 'refused', failure: { code: refused.code, message: refusalText(locale, refused) } }
  if (!payout) return { status: 'waiting', failure: null }
  const { failure } = payoutView(config, payout, book)
  if (!failure) return { status: payout.status, failure: null }
  const words = failureWords(payout, book, locale)
  return {
    status: payout.status,
    failure: { code: payout.gatewayCode ?? failure.code, message: words?.receiver ?? failure.message },
  }
}

type File = { ok: true; batch: Batch; heads: string[]; pages: AsyncIterable<Cell[][]> }

/** Every row with its key, its payout, where that is, and why there is no money. Audited before it leaves. */
export async function openOutcome(
  deps: Deps,
  actor: Actor,
  { id, locale }: { id: string; locale: Locale },
): Promise<File | Refusal<'not_found'>> {
  const batch = await batchFor(deps, actor, id)
  if (!batch) return refuse('not_found')
  await deps.people.audit('batch_outcome_downloaded', actor, batch.id, { name: batch.name })
  const t = wordsFor(locale, 'batches')
  const heads = [
    ...[t('files.line'), t('files.key'), t('files.payoutId'), t('files.status')],
    ...[t('files.code'), t('files.message'), t('files.amount'), t('files.currency')],
  ]
  const record = (row: ShownRow, book: CodeBook): Cell[] => {
    const { line, key, payoutId, amountMinor, currency } = row
    const { status, failure } = outcomeOf(deps, row, book, locale)
    const amount =
      amountMinor === null || currency === null ? '' : { amount: formatAmount(amountMinor, currency) }
    return [
      ...[String(line), key, payoutId ?? '', status],
      ...[failure?.code ?? '', failure?.message ?? '', amount, currency ?? ''],
    ]
  }
  return { ok: true, batch, heads, pages: pagesOf(deps, actor, id, 'all', record) }
}

/** The rows with errors, an error to a line. */
export async function openProblems(
  deps: Deps,
  actor: Actor,
  { id, locale }: { id: string; locale: Locale },
): Promise<File | Refusal<'not_found'>> {
  const batch = await batchFor(deps, actor, id)
  if (!batch) return refuse('not_found')
  const t = wordsFor(locale, 'batches')
  const heads = [t('files.line'), t('files.key'), t('files.errorCode'), t('files.error')]
  const records = ({ line, key, problems, refused }: ShownRow): Cell[][] => [
    ...problems.map((one) => [String(line), key, problemCode(one), batchProblemText(locale, one)]),
    ...(refused ? [[String(line), key, refused.code, refusalText(locale, refused)]] : []),
  ]
  async function* pages() {
    for await (const rows of rowsOf(deps, actor, id, 'wrong')) yield rows.flatMap(records)
  }
  return { ok: true, batch, heads, pages: pages() }
}

async function* pagesOf(
  deps: Deps,
  actor: Actor,
  id: string,
  which: 'all' | 'wrong',
  record: (row: ShownRow, book: CodeBook) => Cell[],
): AsyncIterable<Cell[][]> {
  for await (const rows of rowsOf(deps, actor, id, which)) {
    const book = await bookFor(deps, ...rows.flatMap(({ payout }) => payout ?? []))
    yield rows.map((row) => record(row, book))
  }
}

async function* rowsOf(
  deps: Deps,
  actor: Actor,
  id: string,
  which: 'all' | 'wrong',
): AsyncIterable<ShownRow[]> {
  let cursor: string | undefined
  do {
    const page = await listBatchRows(deps, actor, {
      id,
      which,
      limit: pageRows,
      ...(cursor !== undefined && { cursor }),
    })
    if (!page.ok) return
    yield page.rows
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
