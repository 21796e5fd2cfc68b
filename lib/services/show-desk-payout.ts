import type { PayoutView } from '#lib/contract/payout.ts'
import { buttonsFor, may, refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor, DecisionRefusal } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { anewKeyOf, refuseAnew } from './ask-anew.ts'
import type { AnewRefusal } from './ask-anew.ts'
import { payoutFor } from './payout-for.ts'
import { subjectFor } from './payout-subject.ts'
import { payoutView } from './payout-view.ts'
import type {
  Deps,
  GatewayChange,
  HistoryProof,
  OpenItem,
  Payout,
  Settlement,
  StoredCallback,
  TimelineEvent,
} from './ports.ts'

export type DeskPayout = {
  payout: Payout
  view: PayoutView
  timeline: TimelineEvent[]
  items: OpenItem[]
  callbacks: StoredCallback[]
  /** Is the timeline still what was written? */
  proof: HistoryProof
  /** What Cardzo said after the end and differs from it. */
  changes: GatewayChange[]
  buttons: ReturnType<typeof buttonsFor>
  /** Why there is no Approve button, if there is none. */
  decisionRefusal: DecisionRefusal | null
  /** The payout that this one asks for anew, and the one that asks for this one anew. */
  replaces: string | null
  replacedBy: string | null
  /** Why this person can not ask for it anew; null: he can. */
  anewRefusal: AnewRefusal | null
  mayAskCardzo: boolean
  settlements: Settlement[]
  /** Names of the people the payout mentions, by user id. */
  names: Record<string, string>
}

/** Everything the desk knows of one payout. */
export async function showDeskPayout(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<({ ok: true } & DeskPayout) | Refusal<'not_found' | 'forbidden'>> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, id)
  if (!payout) return refuse('not_found')
  const [timeline, items, callbacks, proof, changes, settlements, replacedBy, anewRefusal] =
    await Promise.all([
      deps.payouts.timeline(id),
      deps.items.list({ payoutId: id }),
      deps.callbacks.forPayout(id),
      deps.history.verifyPayout(id),
      deps.comparisons.changesOf(id),
      deps.settlements.forPayouts([id]),
      deps.payouts.findByIdempotencyKey(anewKeyOf(id)),
      refuseAnew(deps, actor, payout),
    ])
  const subject = await subjectFor(deps, payout)
  const named = [payout.requestedById, payout.approvedById].filter((user) => user !== null)
  const users = await Promise.all(named.map((user) => deps.people.findUser(user)))
  return {
    ok: true,
    payout,
    view: payoutView(deps.config, payout),
    timeline,
    items,
    callbacks,
    proof,
    changes,
    buttons: buttonsFor(actor, subject),
    replaces: payout.replacesId,
    replacedBy: replacedBy?.id ?? null,
    anewRefusal,
    mayAskCardzo: may(actor, 'payout.ask_cardzo'),
    settlements,
    decisionRefusal: refuseDecision(actor, 'approve', subject) ?? null,
    names: Object.fromEntries(users.flatMap((user) => (user ? [[user.id, user.name]] : []))),
  }
}
