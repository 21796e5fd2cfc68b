/** The files of an export as rows of imports: how one installation moves into another. Pure, line by line. */
import { z } from 'zod'
import type { ImportKind } from '#lib/payouts/import-problems.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import { finalStatuses } from '#lib/payouts/transitions.ts'
import type { RawImportRow } from './read-import.ts'

/** The files that an import of this kind is made from; the first one names receivers by their external ids. */
export const filesFor: Record<ImportKind, readonly string[]> = {
  receivers: ['receiver.jsonl'],
  destinations: ['receiver.jsonl', 'destination.jsonl'],
  history: ['receiver.jsonl', 'payout.jsonl', 'imported_payout.jsonl'],
}

const receiverLine = z.object({
  id: z.string(),
  external_id: z.string(),
  email: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  locale: z.string().nullable(),
})
const destinationLine = z.object({
  receiver_id: z.string(),
  label: z.string(),
  is_default: z.boolean(),
  frozen_at: z.string().nullable(),
  removed_at: z.string().nullable(),
  fields: z.record(z.string(), z.string()).nullable(),
})
const payoutLine = z.object({
  id: z.string(),
  receiver_id: z.string(),
  currency: z.string(),
  amount_minor: z.string(),
  status: z.string(),
  account_last4: z.string().nullable(),
  order_id: z.string().nullable(),
  final_at: z.string().nullable(),
})
const importedLine = payoutLine.omit({ id: true, final_at: true }).extend({
  source: z.string(),
  reference: z.string(),
  ended_at: z.string(),
  note: z.string().nullable(),
})

/** Cells by column, without those that say nothing. */
const row = (line: number, cells: Record<string, string | null>): RawImportRow => ({
  line,
  problems: [],
  cells: Object.fromEntries(
    Object.entries(cells).filter((cell): cell is [string, string] => cell[1] !== null && cell[1] !== ''),
  ),
})

/**
 * Reads lines of the files of `filesFor`, in that order. `add` gives the row of a line, or null where it is none of this kind: payouts that are
 * not over, and destinations that were removed or frozen, which nobody should find usable elsewhere. Throws when it isn't a line of an export.
 */
export function createExportReader(kind: ImportKind): {
  add: (file: string, line: number, text: string) => RawImportRow | null
} {
  const externalIds = new Map<string, string>()
  const nameOf = (id: string) => externalIds.get(id) ?? ''
  const past = (
    line: number,
    text: z.infer<typeof importedLine>,
    reference: string,
    note: string | null,
  ): RawImportRow =>
    row(line, {
      reference,
      receiver: nameOf(text.receiver_id),
      currency: text.currency,
      amount: formatAmount(BigInt(text.amount_minor), text.currency),
      status: text.status,
      ended_at: new Date(text.ended_at).toISOString(),
      last4: text.account_last4,
      order_id: text.order_id,
      note,
    })
  return {
    add(file, line, text) {
      const json: unknown = JSON.parse(text)
      if (file === 'receiver.jsonl') {
        const found = receiverLine.parse(json)
        const { external_id: receiver, email, first_name, last_name, locale } = found
        if (kind === 'receivers') return row(line, { receiver, email, first_name, last_name, locale })
        externalIds.set(found.id, receiver)
        return null
      }
      if (file === 'destination.jsonl') {
        const { receiver_id, label, is_default, fields, frozen_at, removed_at } = destinationLine.parse(json)
        if (removed_at !== null || frozen_at !== null) return null
        return row(line, {
          ...fields,
          receiver: nameOf(receiver_id),
          label,
          default: is_default ? 'yes' : null,
        })
      }
      if (file === 'payout.jsonl') {
        const found = payoutLine.parse(json)
        if (found.final_at === null || !finalStatuses.some((one) => one === found.status)) return null
        return past(
          line,
          { ...found, ended_at: found.final_at, source: '', reference: found.id, note: null },
          found.id,
          null,
        )
      }
      const found = importedLine.parse(json)
      // Two former systems may have used the same references.
      return past(line, found, `${found.source}: ${found.reference}`, found.note)
    },
  }
}
