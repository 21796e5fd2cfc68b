import { randomUUID } from 'node:crypto'
import { fieldNames } from '#lib/payouts/endpoints.ts'
import type { Endpoint } from '#lib/payouts/endpoints.ts'
import { lastFour } from '#lib/payouts/fields.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps, NewPayout } from '#lib/services/ports.ts'
import { deriveClientOrderId } from './client-order-id.ts'
import { contentHash } from './content-hash.ts'
import { hashToken, returnToken, statusToken } from './links.ts'
import type { Intent, ReadRequest } from './read-request.ts'
import { requestHash, requestPlace } from './request-hash.ts'
import { gatewayFields } from './required-fields.ts'

/** The row of a payout, from a request that has passed every check. */
export function draftPayout(
  { config, vault }: Pick<Deps, 'config' | 'vault'>,
  actor: Actor,
  intent: Intent,
  { request, amount }: ReadRequest,
  {
    endpoint,
    ...rules
  }: Pick<NewPayout, 'policyVersion' | 'judgedSource' | 'reserves'> & {
    endpoint: Pick<Endpoint, 'id'> & { fields: readonly { name: string }[] }
  },
): NewPayout {
  const id = randomUUID()
  if (!amount.ok) throw new Error('Bug: an unvalidated amount')
  const destination = gatewayFields({ requiredFields: fieldNames(endpoint) }, request, intent.ipAddress)
  const account = destination['account_number']
  const clientOrderId = deriveClientOrderId(intent.key)
  const { externalId } = request.receiver
  const { currency } = request
  const payAt = request.payAt === undefined ? null : new Date(request.payAt)
  const content = { id, clientOrderId, amountMinor: amount.amountMinor, currency, receiver: { externalId } }
  return {
    ...rules,
    id,
    contentHash: contentHash(vault, { ...content, destination, payAt }),
    destinationId: intent.destinationId ?? null,
    amountMinor: amount.amountMinor,
    currency,
    payAt,
    description: request.description ?? null,
    metadata: request.metadata,
    destination,
    accountLast4: account === undefined ? null : lastFour(account),
    ipAddress: intent.ipAddress,
    source: intent.source,
    requestedById: actor.kind === 'user' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    idempotencyKey: intent.key,
    requestHash: vault.seal(requestHash({ request, amount }), requestPlace(id)),
    replacesId: intent.replaces?.id ?? null,
    endpointId: endpoint.id,
    clientOrderId,
    receiver: {
      externalId,
      email: request.receiver.email ?? null,
      firstName: request.receiver.firstName ?? null,
      lastName: request.receiver.lastName ?? null,
      locale: request.receiver.locale ?? intent.locale ?? null,
    },
    statusTokenHash: hashToken(statusToken(config, id)),
    returnTokenHash: hashToken(returnToken(config, id)),
  }
}
