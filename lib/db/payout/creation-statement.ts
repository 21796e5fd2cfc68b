/**
 * The one statement that makes payouts: their rows, their first events and, where nobody has named a receiver before, the receivers. The
 * rows of due work come from a trigger.
 */
import { randomUUID } from 'node:crypto'
import { printOf } from '#lib/db/destination/destination-rows.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Statement } from '#lib/db/engine/parameters.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { NewPayout } from '#lib/services/ports.ts'
import { toJson } from './payout-changes.ts'
import { keyColumn, ownColumns, payoutPlace } from './payout-rows.ts'

/** A payout to be made, and who asks for it. */
export type Creation = { draft: NewPayout; actor: Actor }

/**
 * Payouts to receivers as they are named, without a saved destination. Gives each that it made. It leaves out one whose key has a payout
 * already, whose receiver is known under other data or in another language or was just made by somebody else, or whose callback came
 * first: none of these is usual, and all can be told apart in a transaction.
 *
 * It makes receivers in the order of their ids, then payouts in the order of theirs at Cardzo, so that two of these never wait for each
 * other.
 */
export const creationStatement = (vault: Vault, creations: readonly Creation[]): Statement => ({
  text: plain,
  values: [JSON.stringify(creations.map((creation) => given(vault, creation)))],
})

/** One payout, in a transaction that knows its receiver and has locked its destination. No row: there is a payout under this key. */
export const creationIn = (
  vault: Vault,
  creation: Creation,
  { receiverId, destinationId }: { receiverId: string; destinationId: string | null },
): Statement => ({
  text: withKnownReceiver,
  values: [
    JSON.stringify([{ ...given(vault, creation), receiver_id: receiverId, destination_id: destinationId }]),
  ],
})

/** The columns of a payout that come with a request, and their types. */
const columns = {
  id: 'uuid',
  amount_minor: 'bigint',
  currency: 'text',
  description: 'text',
  metadata: 'jsonb',
  receiver_id: 'uuid',
  destination_sealed: 'text',
  destination_id: 'uuid',
  destination_print: 'text',
  content_hash: 'text',
  account_last4: 'text',
  ip_address: 'text',
  source: 'payout_source',
  judged_source: 'payout_source',
  requested_by_id: 'uuid',
  api_key_id: 'uuid',
  idempotency_key: 'text',
  request_hash: 'text',
  endpoint_id: 'smallint',
  client_order_id: 'text',
  policy_version: 'int',
  reserves: 'boolean',
  status_token_hash: 'text',
  return_token_hash: 'text',
  replaces_id: 'uuid',
  pay_at: 'timestamptz',
}
/** What else comes with it: the receiver as named, and who asks. */
const besides = {
  external_id: 'text',
  email: 'text',
  first_name: 'text',
  last_name: 'text',
  locale: 'locale',
  actor_kind: 'text',
  actor_id: 'text',
  actor_name: 'text',
}

function given(
  vault: Vault,
  { draft, actor }: Creation,
): Record<keyof typeof columns | keyof typeof besides, unknown> {
  const { actorKind, actorId, actorName } = actorColumns(actor)
  return {
    id: draft.id,
    amount_minor: draft.amountMinor.toString(),
    currency: draft.currency,
    description: draft.description,
    metadata: toJson(draft.metadata),
    // Of the receiver if they are new.
    receiver_id: randomUUID(),
    destination_sealed: vault.seal(JSON.stringify(draft.destination), payoutPlace(draft.id)),
    destination_id: draft.destinationId,
    destination_print: printOf(vault, draft.destination),
    content_hash: draft.contentHash,
    account_last4: draft.accountLast4,
    ip_address: draft.ipAddress,
    source: draft.source,
    judged_source: draft.judgedSource,
    requested_by_id: draft.requestedById,
    api_key_id: draft.apiKeyId,
    idempotency_key: draft.idempotencyKey,
    request_hash: draft.requestHash,
    endpoint_id: draft.endpointId,
    client_order_id: draft.clientOrderId,
    policy_version: draft.policyVersion,
    reserves: draft.reserves,
    status_token_hash: draft.statusTokenHash,
    return_token_hash: draft.returnTokenHash,
    replaces_id: draft.replacesId,
    pay_at: draft.payAt?.toISOString() ?? null,
    external_id: draft.receiver.externalId,
    email: draft.receiver.email,
    first_name: draft.receiver.firstName,
    last_name: draft.receiver.lastName,
    locale: draft.receiver.locale,
    actor_kind: actorKind,
    actor_id: actorId,
    actor_name: actorName,
  }
}

const names = Object.keys(columns)
const said = ['email', 'first_name', 'last_name', 'locale']
const person = ['id', 'external_id', ...said].map((column) => `receiver.${column}`).join(', ')

/**
 * Known if all that is said of them is what is stored, letter by letter. LIMIT makes PostgreSQL look up each by the index: for a hundred
 * rows it would rather read a small table from end to end, and not notice that it grew.
 */
const receiversAsNamed = `
  known AS MATERIALIZED (
    SELECT found.* FROM (SELECT DISTINCT external_id FROM given) AS named
    CROSS JOIN LATERAL (SELECT ${person} FROM receiver WHERE receiver.external_id = named.external_id LIMIT 1) AS found),
  newcomer AS (
    INSERT INTO receiver (id, external_id, ${said.join(', ')})
    SELECT DISTINCT ON (external_id) receiver_id, external_id, ${said.join(', ')} FROM given
    WHERE external_id NOT IN (SELECT external_id FROM known) ORDER BY external_id
    ON CONFLICT DO NOTHING RETURNING ${person}),
  this_receiver AS (SELECT * FROM known UNION ALL SELECT * FROM newcomer),
  asked AS (
    SELECT given.*, this_receiver.id AS their_id FROM given JOIN this_receiver USING (external_id)
    WHERE ${said.map((column) => `(given.${column} IS NULL OR this_receiver.${column} = given.${column})`).join(' AND ')}
    ORDER BY client_order_id)`

const receiverById = `
  this_receiver AS (SELECT ${person} FROM given JOIN receiver ON receiver.id = given.receiver_id),
  asked AS (SELECT given.*, receiver_id AS their_id FROM given)`

/** `more`: further columns and what they hold. */
function statement(receivers: string, mayMake: string, more: Record<string, string> = {}): string {
  const types = Object.entries({ ...columns, ...besides }).map(([name, type]) => `${name} ${type}`)
  const values = names.map((name) => (name === 'receiver_id' ? 'their_id' : name))
  return `
    WITH given AS MATERIALIZED (SELECT * FROM json_to_recordset($1::json) AS given (${types.join(', ')})),
    ${receivers},
    made AS (
      INSERT INTO payout (${[...names, ...Object.keys(more)].join(', ')})
      -- Whole and in order, before the first of them is locked.
      SELECT ${[...values, ...Object.values(more)].join(', ')} FROM (SELECT * FROM asked OFFSET 0) AS asked
      WHERE callback_came_first(client_order_id) ${mayMake}
      ON CONFLICT DO NOTHING RETURNING ${ownColumns}, ${keyColumn}),
    noted AS (
      -- The amount is in the history too, so that the money check has two books to compare.
      INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_id, actor_name, data)
      SELECT given.id, 'requested', 1, actor_kind, actor_id, actor_name, jsonb_build_object(
        'source', given.source::text, 'amountMinor', given.amount_minor::text, 'currency', given.currency, 'reserves', made.reserves) || CASE WHEN given.pay_at IS NULL THEN '{}' ELSE jsonb_build_object('payAt', given.pay_at) END
      FROM made JOIN given ON given.id = made.id)
    SELECT made.*,
      json_build_object('id', this_receiver.id, 'externalId', this_receiver.external_id, 'email', this_receiver.email, 'firstName', this_receiver.first_name,
        'lastName', this_receiver.last_name, 'locale', this_receiver.locale) AS receiver,
      json_build_object('dueAt', date_trunc('milliseconds', now()), 'progress', json_build_object()) AS work
    FROM made JOIN this_receiver ON this_receiver.id = made."receiverId"`
}

const plain = statement(receiversAsNamed, '= false')
const withKnownReceiver = statement(receiverById, 'IS NOT NULL', {
  // It is not sent until its destination has cooled off.
  cooling_off_until: `(SELECT usable_from FROM destination WHERE destination.id = asked.destination_id AND usable_from > now())`,
})
