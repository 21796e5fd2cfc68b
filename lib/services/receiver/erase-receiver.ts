/** What is known of a receiver goes: asked for by two admins, or because nothing has happened with them for long. */
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, ErasureObstacles, Receiver } from '#lib/services/ports.ts'

/** So many payouts in one transaction, so many receivers in one look for idle ones. */
const payoutsAtOnce = 100
const receiversAtOnce = 500

/** For the form that proposes it: whom, and what has to end first. */
export async function showErasure(
  deps: Pick<Deps, 'people' | 'erasures'>,
  actor: Actor,
  input: { id: string },
): Promise<
  { ok: true; receiver: Receiver; obstacles: ErasureObstacles } | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'settings.propose')) return refuse('forbidden')
  if (!isUuid(input.id)) return refuse('not_found')
  const [receiver, obstacles] = await Promise.all([
    deps.people.findReceiver(input.id),
    deps.erasures.obstacles(input.id),
  ])
  return receiver && obstacles ? { ok: true, receiver, obstacles } : refuse('not_found')
}

export const mayBeErased = ({ open, inDoubt, balance }: ErasureObstacles): boolean =>
  open === 0 && inDoubt === 0 && !balance

type ErasureStep = Awaited<ReturnType<Deps['erasures']['goOn']>>

/** A worker goes through the payouts of those who are erased, until none is left or the signal. */
export async function eraseReceivers(
  deps: Pick<Deps, 'erasures'>,
  workerId: string,
  signal: AbortSignal,
): Promise<void> {
  let after: string | null = null
  for (;;) {
    if (signal.aborted) return
    const step: ErasureStep = await deps.erasures.goOn(payoutsAtOnce, workerId, after)
    if (!step) return
    // Nothing moved: a payout of theirs has yet to end, and the others don't wait for it.
    if (step.payouts === 0 && !step.done) after = step.receiverId
  }
}

/** A look at the next receivers, each time further, for those with whom nothing has happened for as long as the setting says. */
export function findIdleReceivers(
  deps: Pick<Deps, 'erasures' | 'settings'>,
  workerId: string,
): () => Promise<void> {
  let after: string | null = null
  return async () => {
    const { eraseAfterDays: days } = await deps.settings.read()
    if (days === 0) return
    const { ids, last } = await deps.erasures.idle(days, after, receiversAtOnce)
    const worker: Actor = { kind: 'worker', id: workerId }
    for (const id of ids)
      await deps.erasures.erase(id, worker, `Nothing has happened with them for ${days} days.`)
    after = last
  }
}
