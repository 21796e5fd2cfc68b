/** The open item about a batch that needs a person: rows that nobody can read, rows that fail again and again, or no progress at all. */
import type { Batch, BatchInHand, Deps, ItemDraft, RowOutcome, WaitingRow } from '#lib/services/ports.ts'
import { failuresUntold } from './batch-row.ts'

/** Lines named in an item. */
const namedAtMost = 20

/** Of these rows: those that can't be read, and those that have failed too often. */
export async function tellOfRows(
  { items }: Pick<Deps, 'items'>,
  batch: Batch,
  rows: readonly WaitingRow[],
  outcomes: readonly RowOutcome[],
): Promise<void> {
  const tries = new Map(rows.map((row) => [row.line, row.tries]))
  const unreadable = outcomes.filter(({ refused }) => refused?.code === 'row_unreadable')
  const failing = outcomes.filter(
    (one) => 'retryInMs' in one && (tries.get(one.line) ?? 0) + 1 >= failuresUntold,
  )
  const told = [
    ...(unreadable.length > 0
      ? [
          `What ${linesOf(unreadable)} asked for can’t be read: its data key is not in DATA_KEYS, or somebody changed the row. It is refused.`,
        ]
      : []),
    ...(failing.length > 0
      ? [
          `Making a payout of ${linesOf(failing)} has failed ${failuresUntold} times or more. It is tried again at least every ten minutes.`,
        ]
      : []),
  ]
  if (told.length > 0) await items.open(itemOf(batch, told.join(' ')))
}

/** It was begun again and again, and nothing became of it. */
export const tellOfStumbling = (
  { items }: Pick<Deps, 'items'>,
  batch: Batch & Pick<BatchInHand, 'stumbles'>,
): Promise<void> =>
  items.open(
    itemOf(
      batch,
      `Workers have begun it ${batch.stumbles} times and got no further: they died or failed each time. They go on trying.`,
    ),
  )

/** Rows that nobody could read are still to be asked for again, so their item waits for a person. */
export async function tellThatItIsMade(
  { batches, items }: Pick<Deps, 'batches' | 'items'>,
  { id }: Batch,
): Promise<void> {
  if ((await batches.unreadable(id)) === 0)
    await items.closeByKind('batch_stuck', id, 'Everything is made, refused or cancelled.')
}

const itemOf = ({ id, name }: Batch, why: string): ItemDraft => ({
  ...{ kind: 'batch_stuck', severity: 'high', subject: id, why },
  what: 'A batch can’t be made as a whole',
  data: { name, batchId: id },
})

function linesOf(rows: readonly { line: number }[]): string {
  const named = rows.slice(0, namedAtMost).map(({ line }) => line)
  const more = rows.length - named.length
  return `line ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
