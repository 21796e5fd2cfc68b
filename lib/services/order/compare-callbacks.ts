import { isCardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { Deps, ItemDraft, OrderState, Payout, StoredCallback } from '#lib/services/ports.ts'

/** What Cardzo's status said about the order; null: there was no believable answer. */
export type Said = OrderState | 'no_such_order' | null

/**
 * A callback is a hint; the status answer decides. Once that answer is final, each callback of the order is compared with it once, and
 * people see a disagreement. A payout that has ended here is not followed any more, so its callbacks are compared with whatever Cardzo
 * says now; people also see one that claims an end which the status doesn't confirm.
 *
 * One claim is not settled that way: "approved" for a payout that ended here unpaid, while no final status says otherwise. People are
 * told, and it stays uncompared until a final status comes or a person closes the item.
 *
 * Returns when the newest callback that still waits came; null: none waits, or nothing can be compared yet.
 */
export async function compareCallbacks(deps: Deps, payout: Payout, said: Said): Promise<Date | null> {
  const order = said === 'no_such_order' ? null : said
  const ended = order !== null && isCardzoEnd(order.verdict)
  if (!ended && !isFinal(payout.status)) return null
  const waiting = await deps.callbacks.uncompared(payout.id)
  const left: StoredCallback[] = []
  const disagreed: string[] = []
  for (const callback of waiting) {
    const word = callback.status.toLowerCase()
    const claimsMoney = word === 'approved' && payout.status !== 'paid'
    if (!ended && claimsMoney) await deps.callbacks.raise(callback, payout.id, claim(payout, callback, said))
    if (said === null || (!ended && claimsMoney)) left.push(callback)
    else if (ended ? word !== order.verdict : isCardzoEnd(word)) {
      disagreed.push(callback.id)
      await deps.items.open(disagreement(callback, said, claimsMoney), payout.id)
    }
  }
  const compared = waiting.filter((one) => !left.includes(one)).map(({ id }) => id)
  if (compared.length > 0) await deps.callbacks.markCompared(compared, disagreed)
  return left.at(-1)?.receivedAt ?? null
}

const inWords = (said: Said) => {
  if (said === null) return 'Cardzo has not answered the question for its status yet'
  return said === 'no_such_order'
    ? "Cardzo's status says that it knows no such order"
    : `Cardzo's status says "${said.rawStatus}"${said.rawStage === null ? '' : ` (${said.rawStage})`}`
}

const claim = (payout: Payout, callback: StoredCallback, said: Said): ItemDraft => ({
  kind: 'paid_after_end',
  severity: 'critical',
  what: `A callback of Cardzo says that this payout was paid, but it had ended here as "${payout.status}"`,
  why: `It is signed with this merchant's key and names order ${callback.orderId}. ${inWords(said)}. Money may have moved: ask Cardzo, and pay nothing in its place. Close this once you know.`,
  data: { orderId: callback.orderId, receivedAt: callback.receivedAt.toISOString() },
})

const disagreement = (
  callback: StoredCallback,
  said: Exclude<Said, null>,
  claimsMoney: boolean,
): ItemDraft => ({
  kind: 'callback_disagrees',
  severity: claimsMoney ? 'critical' : 'high',
  subject: callback.id,
  what: `A callback said "${callback.status}", but ${inWords(said)}`,
  why: 'The status answer was followed. Ask Cardzo which of the two is right.',
  data: {
    callbackStatus: callback.status,
    status: said === 'no_such_order' ? said : said.rawStatus,
    receivedAt: callback.receivedAt.toISOString(),
  },
})
