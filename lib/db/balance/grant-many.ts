/** Makes a whole file of grants in a few statements: thousands of rows while a person waits for the page. */
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { receiverFor } from '#lib/db/payout/receivers.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { GrantDraft } from '#lib/services/ports.ts'
import { payableFrom } from './holding-period.ts'

/** Each transfer fires triggers; this many stay far below the statement timeout. */
const atOnce = 500

/** Balances are changed in this order, so that imports can't deadlock here either. */
const balanceOf = ({ receiverId, currency }: { receiverId: string; currency: string }) =>
  `${receiverId} ${currency}`

/** How many were made, or the reference of one that can't be; then the caller rolls back. */
export async function grantMany(
  tx: Transaction,
  drafts: readonly GrantDraft[],
  actor: Actor,
): Promise<{ made: number } | { refused: string }> {
  const receivers = await receiversFor(tx, drafts)
  if ('refused' in receivers) return receivers
  const more = { ...actorColumns(actor), payableFrom: await payableFrom(tx) }
  // All imports insert in this order, so that two files with the same references can't deadlock.
  const rows = drafts
    .map(({ receiver, ...draft }) => ({
      ...draft,
      ...more,
      receiverId: receivers.ids.get(receiver.externalId) ?? '',
    }))
    .sort((a, b) => (a.reference < b.reference ? -1 : 1))
  const made = await tx.grant.createManyAndReturn({ data: rows, skipDuplicates: true, select: { id: true } })
  const ids = new Set(made.map(({ id }) => id))
  const other = await differing(
    tx,
    rows.filter(({ id }) => !ids.has(id)),
  )
  if (other !== undefined) return { refused: other }
  await writeAllIn(tx, drafts, receivers.ids)
  const inOrder = rows.filter(({ id }) => ids.has(id)).sort((a, b) => (balanceOf(a) < balanceOf(b) ? -1 : 1))
  for (let from = 0; from < inOrder.length; from += atOnce) {
    const part = inOrder.slice(from, from + atOnce).map(({ id }) => id)
    await tx.$executeRaw`
      INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
      SELECT receiver_id, currency, amount_minor, 'granted', 'available', 'grant', id, actor_name
      FROM grant_row WHERE id = ANY (${part}::uuid[]) ORDER BY receiver_id, currency, reference`
  }
  await tx.auditEvent.createMany({
    data: rows
      .filter(({ id }) => ids.has(id))
      .map(({ id, reference, currency, amountMinor }) => ({
        kind: 'granted',
        subject: id,
        data: { reference, currency, amountMinor: amountMinor.toString() } satisfies Prisma.InputJsonObject,
        ...actorColumns(actor),
      })),
  })
  return { made: ids.size }
}

/** The reference of a row that already belongs to a different grant. */
async function differing(
  tx: Transaction,
  rows: { reference: string; receiverId: string; currency: string; amountMinor: bigint }[],
): Promise<string | undefined> {
  const found = await tx.grant.findMany({
    where: { reference: { in: rows.map(({ reference }) => reference) } },
  })
  const known = new Map(found.map((grant) => [grant.reference, grant]))
  return rows.find(({ reference, receiverId, currency, amountMinor }) => {
    const grant = known.get(reference)
    return (
      grant?.receiverId !== receiverId || grant.currency !== currency || grant.amountMinor !== amountMinor
    )
  })?.reference
}

/** As `writeIn` does, for all whose language the file names; the last row that names one counts. Locked in the order of `receiversFor`. */
async function writeAllIn(
  tx: Transaction,
  drafts: readonly GrantDraft[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const named = new Map(
    drafts.flatMap(({ receiver: { externalId, locale } }) =>
      locale === undefined ? [] : [[ids.get(externalId) ?? '', locale]],
    ),
  )
  if (named.size === 0) return
  await tx.$executeRaw`
    WITH named AS (
      SELECT receiver.id, given.locale FROM unnest(${[...named.keys()]}::uuid[], ${[...named.values()]}::locale[]) AS given (id, locale)
      JOIN receiver USING (id) WHERE receiver.locale IS DISTINCT FROM given.locale
      ORDER BY receiver.external_id COLLATE "C" FOR NO KEY UPDATE OF receiver)
    UPDATE receiver SET locale = named.locale FROM named WHERE receiver.id = named.id`
}

/** Known receivers that the file says nothing about are found in one statement; the others are checked one by one. */
async function receiversFor(
  tx: Transaction,
  drafts: readonly GrantDraft[],
): Promise<{ ids: Map<string, string> } | { refused: string }> {
  const numbers = [...new Set(drafts.map(({ receiver }) => receiver.externalId))]
  const known = await tx.receiver.findMany({
    where: { externalId: { in: numbers } },
    select: { id: true, externalId: true },
  })
  const ids = new Map(known.map(({ id, externalId }) => [externalId, id]))
  const byNumber = [...drafts].sort((a, b) => (a.receiver.externalId < b.receiver.externalId ? -1 : 1))
  for (const { receiver, reference } of byNumber) {
    const { externalId, email = null, firstName = null, lastName = null, locale = null } = receiver
    if (ids.has(externalId) && email === null && firstName === null && lastName === null) continue
    const id = await receiverFor(tx, { externalId, email, firstName, lastName, locale })
    if (id === null) return { refused: reference }
    ids.set(externalId, id)
  }
  return { ids }
}
