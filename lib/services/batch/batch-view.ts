/** A batch and its rows as other systems see them. */
import type { BatchRowView, BatchView } from '#lib/contract/batch.ts'
import { problemCode } from '#lib/payouts/batch-problems.ts'
import type { CodeBook } from '#lib/payouts/error-codes.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Batch, Config } from '#lib/services/ports.ts'
import { batchProblemText } from '#lib/words/batch-problem-text.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { outcomeOf } from './batch-files.ts'
import { stateOf } from './show-batch.ts'
import type { BatchProgress, ShownRow } from './show-batch.ts'

export function batchView(batch: Batch, progress: BatchProgress = []): BatchView {
  const { id, name, rows, wrong, known, repeats, newReceivers, sums, done } = batch
  return {
    ...{ id, name, rows, wrong, known, repeats, newReceivers, done },
    state: stateOf(batch),
    sums: sums.map(({ currency, count, amountMinor }) => ({
      ...{ currency, count },
      amount: formatAmount(amountMinor, currency),
    })),
    payouts: progress.map(({ status, currency, count, amountMinor }) => ({
      ...{ status, currency, count },
      amount: formatAmount(amountMinor, currency),
    })),
    createdAt: batch.madeAt.toISOString(),
    submittedAt: batch.submittedAt?.toISOString() ?? null,
    endedAt: batch.endedAt?.toISOString() ?? null,
    cancelledAt: batch.cancelledAt?.toISOString() ?? null,
  }
}

/** `book`: the words of error codes. Messages are in English. */
export function batchRowView(config: Config, row: ShownRow, book: CodeBook): BatchRowView {
  const { line, key, receiver, amountMinor, currency, payoutId, problems, refused, repeats } = row
  const { status, failure } = outcomeOf({ config }, row, book, 'en')
  return {
    ...{ line, key, receiver, currency, payoutId, status },
    amount: amountMinor === null || currency === null ? null : formatAmount(amountMinor, currency),
    errors: [
      ...problems.map((one) => ({ code: problemCode(one), message: batchProblemText('en', one) })),
      ...(refused ? [{ code: refused.code, message: refusalText('en', refused) }] : []),
    ],
    failure: row.payout ? failure : null,
    repeats: repeats.map((one) => ({ line: one.line ?? null, payoutId: one.payoutId ?? null })),
    newReceiver: row.isNew,
  }
}
