/**
 * The one statement that changes a payout: its row, event, items, reserve and mails, as far as the change has them. Run alone it is a
 * transaction of its own.
 *
 * What comes before what. All parts see the tables as they were when the statement began, although it may have waited for the row since:
 * - `moved` is first, because all others read it. It (with a lease, `wanted`) waits for the row, then looks again whether version and
 *   lease still hold. The row of due work is locked after the payout's, by every writer.
 * - `noted` writes the event, also when nothing moved. Its trigger takes the row's lock before it reads the chain's last hash, and so
 *   sees what was committed during the wait. Items are opened after it: locks are taken in one order, the payout before its items.
 * - `close_items` is a function: the items it closes may have been opened during the wait (`openFor` holds the row), and a function's
 *   queries see what was committed by then. So do those of all triggers, which judge claims, approvals and balances.
 * - So does `order_is_plain`, which lets callbacks wait that name the new order id. It refuses when some must be judged by it, and then
 *   everything is done again in a transaction that judges them.
 * - What is checked at the end of the transaction (`payout_books`, `payout_auto_counted`) finds all parts done.
 */
import { randomUUID } from 'node:crypto'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { parameters } from '#lib/db/engine/parameters.ts'
import type { AddValue, Statement } from '#lib/db/engine/parameters.ts'
import type { MailRow } from '#lib/db/message/mail-store.ts'
import { mayMove } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal, next } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Change, Happening, ItemKind, Lease, Payout } from '#lib/services/ports.ts'
import { openedItems, toJson } from './payout-changes.ts'
import { factSets, fromNow, heldBy, isQuiet } from './payout-facts.ts'
import { payoutColumns } from './payout-rows.ts'

/** Gives one row, the payout as it is now with the ids of new mails, or none: the change is stale. Its event is written either way. */
export function advanceStatement(
  was: Payout,
  change: Change,
  actor: Actor,
  happening: Happening,
  {
    lease,
    mails = [],
    isAlone = false,
  }: {
    lease?: Lease | undefined
    mails?: MailRow[]
    /** Nothing follows in the same transaction. */
    isAlone?: boolean
  },
): Statement {
  const to = targetOf(was, change, actor)
  const { add, values } = parameters()
  const id = `${add(was.id)}::uuid`
  const version = `${add(was.version)}::int`
  const set = setsOf(was, change, to, add)
  const quiet = change.quietMs === undefined ? '' : ` AND NOT ${isQuiet(add(change.quietMs))}`
  const parts = [
    ...(lease
      ? [
          ...heldBy(lease, `id = ${id} AND version = ${version}${quiet}`, add),
          `moved AS (UPDATE payout SET ${set} FROM held WHERE payout.id = held.payout_id RETURNING ${payoutColumns})`,
        ]
      : [
          `moved AS (UPDATE payout SET ${set} WHERE id = ${id} AND version = ${version}${quiet} RETURNING ${payoutColumns})`,
        ]),
    noted(add, { was, id, version, change, to }, actor, happening),
  ]
  const work = [
    ...(change.facts?.progress ? [`progress = ${add(JSON.stringify(change.facts.progress))}::jsonb`] : []),
    ...(lease && change.leaseMs !== undefined ? [`lease_until = ${fromNow(add(change.leaseMs))}`] : []),
  ]
  if (work.length > 0)
    parts.push(`worked AS (
      UPDATE payout_work SET ${work.join(', ')} FROM moved WHERE payout_work.payout_id = moved.id)`)
  // A stale move opens nothing. What Cardzo said is worth an item whenever it was heard.
  if (change.items?.length)
    parts.push(openedItems(add, change.items, was.id, to === undefined ? 'noted' : 'noted, moved'))
  if (change.gatewayChange) parts.push(keptChange(add, id, change.gatewayChange))
  if (to !== undefined && isFinal(to) && was.reserves) parts.push(endedReserve(add, to, actor))
  if (change.move === 'auto_approve' && !isCapped(change))
    parts.push(`counted AS (
      INSERT INTO auto_approval (payout_id, currency, api_key_id, amount_minor)
      SELECT id, currency, "apiKeyId", "amountMinor" FROM moved)`)
  if (mails.length > 0) parts.push(mailed(add, mails))
  const closing = closingsOf(change)
  const orderId = change.facts?.orderId
  const also = [
    ...(mails.length > 0 ? [`ARRAY(SELECT id::text FROM mailed WHERE held_until IS NULL) AS "mailIds"`] : []),
    ...(closing.kinds.length > 0
      ? [`close_items(${id}, ${add(closing.kinds)}::text[], ${add(closing.reasons)}::text[]) AS closed`]
      : []),
    ...(isAlone && orderId != null && learnsOrderId(was, change)
      ? [`order_is_plain(${id}, ${add(was.clientOrderId)}, ${add(orderId)})`]
      : []),
  ]
  return { text: `WITH ${parts.join(', ')} SELECT ${['moved.*', ...also].join(', ')} FROM moved`, values }
}

/** Does the payout get its order id with this change? */
export const learnsOrderId = (was: Payout, { facts }: Change): boolean =>
  facts?.orderId != null && was.orderId === null

/** Is it counted under a lock, in a statement of its own, whether this automatic approval still fits into the day? */
export const isCapped = ({ autoCaps }: Pick<Change, 'autoCaps'>): boolean =>
  autoCaps !== undefined && (autoCaps.dayMinor !== null || autoCaps.keyDayMinor !== null)

/** The status that the change leads to; undefined: it moves nothing. Throws where the lifecycle or the actor doesn't allow the move. */
export function targetOf(was: Payout, change: Change, actor: Actor): PayoutStatus | undefined {
  if (change.move === undefined) return undefined
  if (!mayMove(actor, change.move)) throw new Error(`Bug: ${actor.kind} cannot make the move ${change.move}`)
  const to = next(was.status, change.move)
  if (to === undefined) throw new Error(`Bug: the move ${change.move} does not exist in ${was.status}`)
  return to
}

function setsOf(
  was: Payout,
  { facts: { progress, ...facts } = {} }: Change,
  to: PayoutStatus | undefined,
  add: AddValue,
): string {
  const sets = ['updated_at = now()']
  if (Object.keys(facts).length > 0) sets.push(factSets(`${add(JSON.stringify(facts))}::jsonb`))
  if (to !== undefined) {
    sets.push(`status = ${add(to)}::payout_status`, 'version = version + 1')
    // One of several approvals starts no new wait.
    if (to !== was.status) sets.push('stage_since = now()')
    if (isFinal(to)) sets.push('final_at = now()')
  }
  return sets.join(', ')
}

/** An answer is evidence even when it came too late to move anything. */
function noted(
  add: AddValue,
  {
    was,
    id,
    version,
    change,
    to,
  }: { was: Payout; id: string; version: string; change: Change; to: PayoutStatus | undefined },
  actor: Actor,
  { kind, data = {} }: Happening,
): string {
  const { actorKind, actorId, actorName } = actorColumns(actor)
  const json = `${add(JSON.stringify(toJson(data)))}::jsonb`
  const moves = to !== undefined
  const columns = [
    ['payout_id', id],
    ['kind', add(kind)],
    ['version', moves ? `${version} + fresh::int` : version],
    ['data', `CASE WHEN fresh THEN ${json} ELSE ${json} || '{"stale": true}' END`],
    ['actor_kind', add(actorKind)],
    ['actor_id', add(actorId)],
    ['actor_name', add(actorName)],
    ...(moves
      ? [
          ['move', `CASE WHEN fresh THEN ${add(change.move ?? null)} END`],
          ['from_status', `CASE WHEN fresh THEN ${add(was.status)}::payout_status END`],
          ['to_status', `CASE WHEN fresh THEN ${add(to)}::payout_status END`],
        ]
      : []),
  ] as const
  return `noted AS (
    INSERT INTO payout_event (${columns.map(([column]) => column).join(', ')})
    SELECT ${columns.map(([, value]) => value).join(', ')} FROM (SELECT EXISTS (SELECT FROM moved) AS fresh) AS f
    RETURNING id)`
}

/** Keeps each different word that Cardzo says after the end, with the time it was first heard. */
function keptChange(add: AddValue, id: string, change: NonNullable<Change['gatewayChange']>): string {
  const { status, gatewayStatus, gatewayStage, amount, currency } = change
  // An index holds about 2,700 bytes of it, and a status is one word.
  return `kept AS (
    INSERT INTO gateway_change (id, payout_id, status, gateway_status, gateway_stage, amount, currency)
    SELECT ${add(randomUUID())}::uuid, ${id}, ${add(status)}::payout_status, ${add(gatewayStatus.slice(0, 200))},
      ${add(gatewayStage)}, ${add(amount)}, ${add(currency)} FROM noted
    ON CONFLICT DO NOTHING)`
}

/** `paid` captures the reserve, every other end releases it. */
function endedReserve(add: AddValue, end: PayoutStatus, actor: Actor): string {
  const [kind, credit] = end === 'paid' ? ['capture', 'paid'] : ['release', 'available']
  return `ended AS (
    INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
    SELECT "receiverId", currency, "amountMinor", 'reserved', ${add(credit)}::ledger_account, ${add(kind)}::ledger_kind, id,
      ${add(actorColumns(actor).actorName)} FROM moved)`
}

function mailed(add: AddValue, mails: MailRow[]): string {
  return `mailed AS (
    INSERT INTO mail (id, dedupe_key, recipient, subject, text, locale, held_for, held_until, payout_id)
    SELECT m.id, m."dedupeKey", m.recipient, m.subject, m.text, m.locale, m."heldFor", m."heldUntil", moved.id FROM moved, jsonb_to_recordset(${add(JSON.stringify(mails))}::jsonb)
      AS m (id uuid, "dedupeKey" text, recipient text, subject text, text text, locale locale, "heldFor" uuid, "heldUntil" timestamptz)
    ON CONFLICT DO NOTHING RETURNING id, held_until)`
}

/** Closes what was about the status that the payout has just left, and what the change names. Why: the first reason given for a kind. */
export function closingsOf({ move, closeItems, items = [] }: Change): {
  kinds: ItemKind[]
  reasons: string[]
} {
  const reasons = new Map<ItemKind, string>()
  if (move !== undefined) {
    // A claim may be given up again, so it doesn't end the wait; sending does.
    const waitsOn = move === 'claim' || move === 'release_unsent'
    const left = ['form_not_filled', 'destination_unreadable', 'endpoint_missing', 'worker_failed'] as const
    for (const kind of waitsOn ? left : [...left, 'stuck' as const]) reasons.set(kind, 'The payout moved on.')
  }
  for (const kind of closeItems?.kinds ?? [])
    if (!reasons.has(kind)) reasons.set(kind, closeItems?.reason ?? '')
  // No row is written twice by one statement.
  for (const { kind } of items) reasons.delete(kind)
  return { kinds: [...reasons.keys()], reasons: [...reasons.values()] }
}
