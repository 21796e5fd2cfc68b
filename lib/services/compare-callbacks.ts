import { isFinal } from '#lib/payouts/transitions.ts'
import { isFinalVerdict } from './decide.ts'
import type { Deps, OrderState, Payout } from './ports.ts'

/**
 * A callback is a hint; the status answer decides. Once Cardzo's own answer is final, every callback of the order is compared with
 * it once, and a disagreement is kept for people. A payout that has ended here is not followed any further, so its callbacks are
 * compared with whatever Cardzo says now: one that claims an end which the status does not know is kept for people, too.
 */
export async function compareCallbacks(deps: Deps, payout: Payout, order: OrderState): Promise<void> {
  const ended = isFinalVerdict(order.verdict)
  if (!ended && !isFinal(payout.status)) return
  const waiting = await deps.callbacks.uncompared(payout.id)
  if (waiting.length === 0) return
  for (const callback of waiting) {
    const word = callback.status.toLowerCase()
    if (ended ? word === order.verdict : !isFinalWord(word)) continue
    await deps.items.open(
      {
        kind: 'callback_disagrees',
        severity: 'high',
        subject: callback.id,
        what: `A callback said "${callback.status}", but Cardzo's status says "${order.rawStatus}"`,
        why: 'The status answer was followed. Ask Cardzo which of the two is right.',
        data: {
          callbackStatus: callback.status,
          status: order.rawStatus,
          receivedAt: callback.receivedAt.toISOString(),
        },
      },
      payout.id,
    )
  }
  await deps.callbacks.markCompared(waiting.map(({ id }) => id))
}

const isFinalWord = (word: string) => ['approved', 'declined', 'filtered', 'error'].includes(word)
