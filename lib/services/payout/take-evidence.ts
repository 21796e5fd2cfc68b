import type { CodeBook } from '#lib/payouts/error-codes.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { packFormat, packedEvent, sealPack, verifyPack } from './evidence-pack.ts'
import { payoutFor } from './payout-for.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'
import { retryKeyOf } from './retry-payout.ts'

/** A payout may move while its parts are read. */
const attempts = 3

/**
 * One file with all that is known of a payout (lib/services/payout/evidence-pack.ts). The audit trail gets the seal before the file
 * leaves, so that anybody can compare them. A history that was tampered with is packed as it is, and does not verify.
 */
export async function takeEvidence(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; name: string; text: string; seal: string } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  for (let attempt = 1; ; attempt++) {
    const payout = await payoutFor(deps, actor, input.id)
    if (!payout) return refuse('not_found')
    const pack = sealPack(await contentOf(deps, actor, payout))
    if (attempt < attempts && !verifyPack(Buffer.from(pack.text)).ok) continue
    await deps.people.audit('evidence_taken', actor, payout.id, { seal: pack.seal })
    return { ok: true, name: `evidence-${payout.clientOrderId}.json`, ...pack }
  }
}

async function contentOf(deps: Deps, actor: Actor & { kind: 'user' }, payout: Payout) {
  const { id } = payout
  const [
    chain,
    anchor,
    callbacks,
    approvals,
    settlements,
    items,
    mails,
    afterEnd,
    notes,
    policy,
    replacedBy,
    book,
    archived,
  ] = await Promise.all([
    deps.history.chainOf(id),
    deps.history.lastAnchor(),
    deps.callbacks.forPayout(id),
    deps.approvals.forPayouts([id]),
    deps.settlements.forPayouts([id]),
    deps.items.list({ payoutId: id }),
    deps.mails.forPayout(id),
    deps.comparisons.changesOf(id),
    deps.notes.forPayout(id),
    deps.policy.find(payout.policyVersion),
    deps.payouts.findByIdempotencyKey(retryKeyOf(id)),
    bookFor(deps, payout),
    deps.archive.ofPayout(id),
  ])
  return {
    format: packFormat,
    portal: deps.config.appUrl,
    madeAt: new Date(),
    madeBy: { id: actor.id, name: actor.name, role: actor.role },
    payout: shownPayout(deps, payout, replacedBy?.id ?? null, book),
    policy: { version: payout.policyVersion, rules: policy, decision: payout.policyNote },
    risk: payout.risk,
    // The events before these are in files: of which months, and where the chain goes on.
    archived,
    events: chain.map(packedEvent),
    // Of what was said more than once the timeline has one event; here is how often, and when last.
    repeats: payout.progress.said ?? {},
    callbacks,
    approvals,
    settlements,
    items,
    // Who was told what and when. The texts may hold links that let people in.
    mails: mails.map(({ text: _text, ...mail }) => mail),
    afterEnd,
    // Whether it may still be changed says nothing about the payout.
    notes: notes.map(({ changeable: _changeable, ...note }) => note),
    anchor,
  }
}

/** Without what opens a page: neither the receiver's link nor the bank's. */
function shownPayout(
  deps: Pick<Deps, 'config'>,
  payout: Payout,
  replacedById: string | null,
  book: CodeBook,
) {
  const { statusUrl: _status, redirectUrl: _bank, ...view } = payoutView(deps.config, payout, book)
  const { version, source, contentHash, approvalsRequired, destinationId, requestedById, apiKeyId } = payout
  const { validatedAt, approvedAt, payClaimedAt, returnedAt } = payout
  const { sendAfter, coolingOffUntil, expiresAt, replacesId } = payout
  return {
    ...view,
    ...{ version, source, contentHash, approvalsRequired, destinationId, requestedById, apiKeyId },
    ...{ validatedAt, approvedAt, payClaimedAt, returnedAt, sendAfter, coolingOffUntil, expiresAt },
    ...{ replacesId, replacedById },
  }
}
