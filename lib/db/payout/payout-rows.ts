/** Rows become payouts: the one place where the database's columns and the port's words meet. */
import type { Sql, SqlValue } from '#lib/db/engine/sql.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import type { Locale as DbLocale, PayoutStatus as DbStatus } from '#lib/db/generated/enums.ts'
import { openFields } from '#lib/db/seal/sealed-fields.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type {
  HappeningKind,
  Payout,
  PayoutSource,
  PolicyNote,
  Progress,
  Receiver,
  Settler,
  TimelineEvent,
} from '#lib/services/ports.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** Fails to compile when the database's statuses and the lifecycle's differ. */
export const statusesAgree: Same<PayoutStatus, DbStatus> = true
/** The same for the languages. */
export const localesAgree: Same<NonNullable<Receiver['locale']>, DbLocale> = true

export const withPeople = {
  receiver: true,
  apiKey: { select: { ownerId: true } },
  work: { select: { dueAt: true, progress: true } },
} as const

/** The place that a payout's destination is sealed for. */
export const payoutPlace = (id: string) => `payout:${id}`

/** Written by versions before keyed hashes. A starting worker replaces it. */
export const isUnkeyedHash = (hash: string) => /^([0-9a-f]{64})?$/.test(hash)

/** A row as Prisma reads it, or as `payoutColumns` do. */
export type PayoutRow = Omit<Prisma.PayoutGetPayload<{ include: typeof withPeople }>, 'receiver' | 'work'> & {
  receiver: Payout['receiver']
  /** A time by hand is ISO text, because it comes out of JSON. A trigger makes the row, so it is never null. */
  work: { dueAt: Date | string | null; progress: Prisma.JsonValue } | null
}

/** The columns behind each field of a `PayoutRow`. */
const columns = {
  id: 'id',
  seq: 'seq',
  version: 'version',
  status: 'status::text',
  amountMinor: 'amount_minor',
  currency: 'currency',
  description: 'description',
  metadata: 'metadata',
  receiverId: 'receiver_id',
  destinationSealed: 'destination_sealed',
  destinationId: 'destination_id',
  destinationPrint: 'destination_print',
  contentHash: 'content_hash',
  accountLast4: 'account_last4',
  ipAddress: 'ip_address',
  source: 'source::text',
  judgedSource: 'judged_source::text',
  requestedById: 'requested_by_id',
  apiKeyId: 'api_key_id',
  idempotencyKey: 'idempotency_key',
  requestHash: 'request_hash',
  endpointId: 'endpoint_id',
  clientOrderId: 'client_order_id',
  orderId: 'order_id',
  gatewayStatus: 'gateway_status',
  gatewayStage: 'gateway_stage',
  gatewayAmount: 'gateway_amount',
  gatewayCurrency: 'gateway_currency',
  redirectUrl: 'redirect_url',
  validatedAt: 'validated_at',
  payClaimedAt: 'pay_claimed_at',
  approvedById: 'approved_by_id',
  approvedAt: 'approved_at',
  policyNote: 'policy_note',
  policyVersion: 'policy_version',
  approvalsRequired: 'approvals_required',
  risk: 'risk',
  reserves: 'reserves',
  payAt: 'pay_at',
  sendAfter: 'send_after',
  coolingOffUntil: 'cooling_off_until',
  expiresAt: 'expires_at',
  failureMessage: 'failure_message',
  gatewayCode: 'gateway_code',
  gatewayMessage: 'gateway_message',
  statusTokenHash: 'status_token_hash',
  returnTokenHash: 'return_token_hash',
  linkRevokedAt: 'link_revoked_at',
  returnedAt: 'returned_at',
  stageSince: 'stage_since',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  finalAt: 'final_at',
  settledBy: 'settled_by',
  replacesId: 'replaces_id',
} as const satisfies Record<keyof Omit<PayoutRow, 'receiver' | 'apiKey' | 'work'>, string>

/** For statements by hand: these fields of a payout named `payout`, as columns of a SELECT or RETURNING. */
export const columnsOf = (fields: readonly (keyof typeof columns)[]): string =>
  fields.map((field) => `payout.${columns[field]} AS "${field}"`).join(', ')

/** All of a payout's own columns, and what `toPayout` reads of its key. */
export const ownColumns = columnsOf(Object.keys(columns) as (keyof typeof columns)[])
export const keyColumn = `(
  SELECT json_build_object('ownerId', k.owner_id) FROM api_key k WHERE k.id = payout.api_key_id) AS "apiKey"`

/** All that `toPayout` reads: beside the payout's own columns its receiver, key and work, by their primary keys. */
export const payoutColumns = [
  ownColumns,
  `(SELECT json_build_object('id', r.id, 'externalId', r.external_id, 'email', r.email, 'firstName', r.first_name,
      'lastName', r.last_name, 'locale', r.locale) FROM receiver r WHERE r.id = payout.receiver_id) AS receiver`,
  keyColumn,
  `(SELECT json_build_object('dueAt', w.due_at, 'progress', w.progress) FROM payout_work w
    WHERE w.payout_id = payout.id) AS work`,
].join(', ')

/** Opens the destination; without its fields, and with the reason, when that can't be done. */
export function openDestination(
  row: Pick<PayoutRow, 'id' | 'destinationSealed' | 'contentHash'>,
  vault: Vault,
): ReturnType<typeof openFields> {
  return row.destinationSealed === null || isUnkeyedHash(row.contentHash)
    ? { fields: {}, trouble: 'unsealed' }
    : openFields(vault, row.destinationSealed, payoutPlace(row.id))
}

/** `opened`: its destination, where it is known without opening the seal. */
export function toPayout(row: PayoutRow, vault: Vault, opened = openDestination(row, vault)): Payout {
  if (!row.work) throw new Error(`Bug: payout ${row.id} without its row of due work`)
  const { fields, trouble } = opened
  // Only lib/db writes the JSON columns, through the port's types, so a cast is enough to read them back.
  return {
    id: row.id,
    seq: row.seq,
    version: row.version,
    status: row.status,
    amountMinor: row.amountMinor,
    currency: row.currency,
    description: row.description,
    metadata: row.metadata as Payout['metadata'],
    receiver: {
      id: row.receiver.id,
      externalId: row.receiver.externalId,
      email: row.receiver.email,
      firstName: row.receiver.firstName,
      lastName: row.receiver.lastName,
      locale: row.receiver.locale,
    },
    destination: fields,
    destinationTrouble: trouble,
    accountLast4: row.accountLast4,
    destinationId: row.destinationId,
    contentHash: row.contentHash,
    ipAddress: row.ipAddress,
    source: row.source,
    judgedSource: row.judgedSource as PayoutSource,
    requestedById: row.requestedById,
    apiKeyId: row.apiKeyId,
    apiKeyOwnerId: row.apiKey?.ownerId ?? null,
    idempotencyKey: row.idempotencyKey,
    requestHash: row.requestHash,
    endpointId: row.endpointId,
    clientOrderId: row.clientOrderId,
    orderId: row.orderId,
    gatewayStatus: row.gatewayStatus,
    gatewayStage: row.gatewayStage,
    gatewayAmount: row.gatewayAmount,
    gatewayCurrency: row.gatewayCurrency,
    redirectUrl: row.redirectUrl,
    validatedAt: row.validatedAt,
    payClaimedAt: row.payClaimedAt,
    progress: row.work.progress as Progress,
    approvedById: row.approvedById,
    approvedAt: row.approvedAt,
    policyNote: row.policyNote as PolicyNote | null,
    policyVersion: row.policyVersion ?? 0,
    approvalsRequired: row.approvalsRequired,
    risk: row.risk as RiskAssessment | null,
    reserves: row.reserves,
    payAt: row.payAt,
    sendAfter: row.sendAfter,
    coolingOffUntil: row.coolingOffUntil,
    expiresAt: row.expiresAt,
    settledBy: row.settledBy as Settler[] | null,
    replacesId: row.replacesId,
    failureMessage: row.failureMessage,
    gatewayCode: row.gatewayCode,
    gatewayMessage: row.gatewayMessage,
    statusTokenHash: row.statusTokenHash,
    returnTokenHash: row.returnTokenHash,
    linkRevokedAt: row.linkRevokedAt,
    returnedAt: row.returnedAt,
    stageSince: row.stageSince,
    dueAt: row.work.dueAt === null ? null : new Date(row.work.dueAt),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    finalAt: row.finalAt,
  }
}

/** Payouts by a condition on `payout`, with all that belongs to them, in one round trip. */
export async function readPayouts(
  sql: Sql,
  vault: Vault,
  where: string,
  values: readonly SqlValue[],
): Promise<Payout[]> {
  const rows = await sql.query<PayoutRow>(`SELECT ${payoutColumns} FROM payout WHERE ${where}`, values)
  return rows.map((row) => toPayout(row, vault))
}

export function toEvent(row: Prisma.PayoutEventGetPayload<object>): TimelineEvent {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind as HappeningKind,
    move: row.move as PayoutMove | null,
    fromStatus: row.fromStatus,
    toStatus: row.toStatus,
    version: row.version,
    actorKind: row.actorKind as Actor['kind'],
    actorId: row.actorId,
    actorName: row.actorName,
    data: row.data as TimelineEvent['data'],
  }
}
