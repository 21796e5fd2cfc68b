/**
 * The one statement that makes a payout: its row, its first event and, where nobody has named the receiver before, the receiver. The row
 * of due work comes from a trigger.
 */
import { randomUUID } from 'node:crypto'
import { printOf } from '#lib/db/destination/destination-rows.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { parameters } from '#lib/db/engine/parameters.ts'
import type { AddValue, Statement } from '#lib/db/engine/parameters.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { NewPayout, NewReceiver } from '#lib/services/ports.ts'
import { toJson } from './payout-changes.ts'
import { keyColumn, ownColumns, payoutPlace } from './payout-rows.ts'

/**
 * Gives the new payout, or no row. With `receiverId` that means that there is a payout under this key. Without it, it may also mean that
 * the receiver is known under other data or was just made by somebody else, or that a callback of this payout came first: none of these
 * is usual, and all can be told apart in a transaction.
 */
export function creationStatement(
  vault: Vault,
  draft: NewPayout,
  actor: Actor,
  { receiverId, destinationId }: { receiverId: string | null; destinationId: string | null },
): Statement {
  const { add, values } = parameters()
  const currency = add(draft.currency)
  const amount = `${add(draft.amountMinor)}::bigint`
  const source = add(draft.source)
  const columns = {
    id: `${add(draft.id)}::uuid`,
    amount_minor: amount,
    currency,
    description: add(draft.description),
    metadata: `${add(JSON.stringify(toJson(draft.metadata)))}::jsonb`,
    receiver_id: 'this_receiver.id',
    destination_sealed: add(vault.seal(JSON.stringify(draft.destination), payoutPlace(draft.id))),
    destination_id: `${add(destinationId)}::uuid`,
    destination_print: add(printOf(vault, draft.destination)),
    content_hash: add(draft.contentHash),
    account_last4: add(draft.accountLast4),
    ip_address: add(draft.ipAddress),
    source: `${source}::payout_source`,
    judged_source: `${add(draft.judgedSource)}::payout_source`,
    requested_by_id: `${add(draft.requestedById)}::uuid`,
    api_key_id: `${add(draft.apiKeyId)}::uuid`,
    idempotency_key: add(draft.idempotencyKey),
    request_hash: add(draft.requestHash),
    client_order_id: add(draft.clientOrderId),
    policy_version: `${add(draft.policyVersion)}::int`,
    reserves: `${add(draft.reserves)}::boolean`,
    status_token_hash: add(draft.statusTokenHash),
    return_token_hash: add(draft.returnTokenHash),
    replaces_id: `${add(draft.replacesId)}::uuid`,
    // It is not sent until its destination has cooled off.
    ...(destinationId !== null && {
      cooling_off_until: `(SELECT usable_from FROM destination WHERE id = ${add(destinationId)}::uuid AND usable_from > now())`,
    }),
  }
  const { actorKind, actorId, actorName } = actorColumns(actor)
  const text = `
    WITH ${receiverId === null ? receiverNamed(add, draft.receiver) : receiverKnown(add, receiverId)},
    made AS (
      INSERT INTO payout (${Object.keys(columns).join(', ')})
      SELECT ${Object.values(columns).join(', ')} FROM this_receiver
      WHERE callback_came_first(${columns.client_order_id}) ${receiverId === null ? '= false' : 'IS NOT NULL'}
      ON CONFLICT DO NOTHING RETURNING ${ownColumns}, ${keyColumn}),
    noted AS (
      -- The amount is in the history too, so that the money check has two books to compare.
      INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_id, actor_name, data)
      SELECT id, 'requested', 1, ${add(actorKind)}, ${add(actorId)}, ${add(actorName)}, jsonb_build_object(
        'source', ${source}::text, 'amountMinor', ${amount}::text, 'currency', ${currency}::text, 'reserves', reserves)
      FROM made)
    SELECT made.*,
      json_build_object('id', this_receiver.id, 'externalId', this_receiver.external_id, 'email', this_receiver.email, 'firstName', this_receiver.first_name,
        'lastName', this_receiver.last_name) AS receiver,
      json_build_object('dueAt', date_trunc('milliseconds', now()), 'progress', json_build_object()) AS work
    FROM made, this_receiver`
  return { text, values }
}

const person = 'id, external_id, email, first_name, last_name'

const receiverKnown = (add: AddValue, receiverId: string) =>
  `this_receiver AS (SELECT ${person} FROM receiver WHERE id = ${add(receiverId)}::uuid)`

/** The known receiver if all that is said of them is what is stored, letter by letter; a new one if they are unknown. */
function receiverNamed(add: AddValue, { externalId, email, firstName, lastName }: NewReceiver): string {
  const named = add(externalId)
  const said = { email: add(email), first_name: add(firstName), last_name: add(lastName) }
  const isSame = Object.entries(said).map(
    ([column, value]) => `(${value}::text IS NULL OR ${column} = ${value})`,
  )
  return `
    known AS (SELECT ${person} FROM receiver WHERE external_id = ${named}),
    newcomer AS (
      INSERT INTO receiver (${person})
      SELECT ${add(randomUUID())}::uuid, ${named}, ${Object.values(said).join(', ')} WHERE NOT EXISTS (SELECT FROM known)
      ON CONFLICT DO NOTHING RETURNING ${person}),
    this_receiver AS (SELECT ${person} FROM known WHERE ${isSame.join(' AND ')} UNION ALL SELECT ${person} FROM newcomer)`
}
