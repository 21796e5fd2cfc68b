import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, FileFormat } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { filterFor } from './list-payouts.ts'
import { writeStored } from './stored-filter.ts'
import type { ListAsked } from './stored-filter.ts'

/** Files of one person that wait at a time. */
const waitingAtMost = 3

/** A file of the list that is too long to send at once: a worker makes it. Audited. */
export async function askForFile(
  deps: Pick<Deps, 'exports' | 'approvals'>,
  actor: Actor,
  input: ListAsked & { format: FileFormat; locale: Locale; query: string; zone: string },
): Promise<{ ok: true; id: string } | Refusal<'forbidden' | 'rate_limited'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const { format, locale, query, zone, sort, columns } = input
  // What needs them is asked now: what the file has doesn't depend on when it is made.
  const filter = writeStored({ filter: await filterFor(deps, actor, input.filter), sort, columns })
  const order = { id: randomUUID(), format, locale, query, zone, filter }
  return (await deps.exports.ask(order, actor, waitingAtMost)) === 'asked'
    ? { ok: true, id: order.id }
    : refuse('rate_limited')
}
