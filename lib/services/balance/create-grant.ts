import { randomUUID } from 'node:crypto'
import type { GrantView } from '#lib/contract/grant.ts'
import { readGrantRequest } from '#lib/contract/grant.ts'
import { displayAmount, parseAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isIdempotencyKey } from '#lib/services/api/once.ts'
import { refuseMismatch } from '#lib/services/payout/receiver-mismatch.ts'
import type { Deps, Grant, GrantDraft, GrantSource } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { contradicts, isSameGrant, readGrant } from './read-grant.ts'
import { grantView } from './grant-view.ts'

export type Granted = { ok: true; replayed: boolean; grant: GrantView }
export type GrantRefusal =
  | 'forbidden'
  | 'idempotency_key_required'
  | 'idempotency_key_reused'
  | 'invalid_request'
  | 'grant_reference_reused'
  | 'receiver_mismatch'

/**
 * Gives a receiver money to ask for. The reference is the grant's name: the same one again is the same grant. An unknown receiver is
 * created. Clerks need a fresh code; systems send an idempotency key.
 */
export async function createGrant(
  deps: Deps,
  actor: Actor,
  input: { body: unknown; idempotencyKey?: string | null; code?: string },
): Promise<Granted | Refusal<GrantRefusal | StepUpRefusal>> {
  if (!may(actor, 'balance.grant')) return refuse('forbidden')
  const key = input.idempotencyKey ?? null
  if (actor.kind === 'api_key' && !isIdempotencyKey(key)) return refuse('idempotency_key_required')
  // Looked up before validation, so that a replay survives a change of configuration.
  const earlier = key === null ? null : await deps.ledger.findGrant({ idempotencyKey: key })
  if (earlier) return isReplay(earlier, input.body) ? replayed(earlier) : refuse('idempotency_key_reused')

  const read = readGrant(deps.config, input.body)
  if (!read.ok) return refuse('invalid_request', { errors: read.errors })
  const { request, amountMinor } = read
  const [known] = await deps.ledger.findGrants([request.reference])
  if (known) return isSameGrant(known, { ...request, amountMinor }) ? replayed(known) : referenceReused(known)
  const [receiver] = await deps.ledger.receivers([request.receiver.externalId])
  if (contradicts(receiver, request.receiver)) return refuseMismatch(deps, request.receiver)

  const { reference, currency } = request
  const subject = `${reference} ${amountMinor} ${currency} ${request.receiver.externalId}`
  const unproven = await refuseStepUp(deps, actor, { kind: 'grant', subject }, input.code ?? '')
  if (unproven) return unproven
  const { externalId, email, firstName, lastName, locale } = request.receiver
  const draft: GrantDraft = {
    id: randomUUID(),
    receiver: {
      externalId,
      ...(email !== undefined && { email }),
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== undefined && { lastName }),
      ...(locale !== undefined && { locale }),
    },
    currency,
    amountMinor,
    reference,
    idempotencyKey: key,
    source: sourceOf(actor),
  }
  const saved = await deps.ledger.grant(draft, actor)
  switch (saved.kind) {
    case 'made':
      return { ok: true, replayed: false, grant: grantView(saved.grant) }
    case 'existing':
      return replayed(saved.grant)
    case 'receiver_mismatch':
      return refuseMismatch(deps, request.receiver)
    case 'other':
      return saved.by === 'reference' ? referenceReused(saved.grant) : refuse('idempotency_key_reused')
  }
}

const replayed = (grant: Grant): Granted => ({ ok: true, replayed: true, grant: grantView(grant) })

const referenceReused = (known: Grant) =>
  refuse('grant_reference_reused', {
    detail: {
      code: 'gave',
      amount: displayAmount(known.amountMinor, known.currency),
      receiver: known.receiverExternalId,
    },
  })

/** The same request as before, even if this installation would refuse it today. */
function isReplay(earlier: Grant, body: unknown): boolean {
  const parsed = readGrantRequest(body)
  if (!parsed.success) return false
  const amount = parseAmount(parsed.data.amount, parsed.data.currency)
  return amount.ok && isSameGrant(earlier, { ...parsed.data, amountMinor: amount.amountMinor })
}

function sourceOf(actor: Actor): GrantSource {
  if (actor.kind === 'api_key') return 'api'
  return actor.kind === 'user' ? 'desk' : 'operator'
}
