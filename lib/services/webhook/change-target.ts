/** What one admin may do with a target that two have agreed to. Nothing of it sends anything to another place. */
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { freshSecret } from './sign-webhook.ts'

/** While a receiver changes over, it may verify with either secret. */
const overlapMs = 24 * 3_600_000

type Done = { ok: true } | Refusal<'forbidden' | 'not_found'>

/**
 * A new secret, shown this once. The one before signs too for a day. The first one starts the sending. Takes a code: who has the secret can
 * pass for us.
 */
export async function renewSecret(
  deps: Deps,
  actor: Actor,
  { id, code }: { id: string; code: string },
): Promise<{ ok: true; secret: string } | Refusal<'forbidden' | 'not_found' | StepUpRefusal>> {
  if (!may(actor, 'webhook.manage')) return refuse('forbidden')
  const target = isUuid(id) ? await deps.webhooks.find(id) : null
  if (target?.kind !== 'signed') return refuse('not_found')
  const unproven = await refuseStepUp(deps, actor, { kind: 'webhook', subject: `new secret ${id}` }, code)
  if (unproven) return unproven
  const secret = freshSecret()
  const changed = await deps.webhooks.renewSecret(id, secret, overlapMs, actor)
  return changed ? { ok: true, secret } : refuse('not_found')
}

export const targetActs = ['drop_previous', 'switch_on', 'switch_off', 'remove', 'test'] as const
export type TargetAct = (typeof targetActs)[number]

/** Ends the secret before, switches on or off, removes for good, or sends a test event. */
export async function changeTarget(
  deps: Pick<Deps, 'webhooks'>,
  actor: Actor,
  { id, act }: { id: string; act: TargetAct },
): Promise<Done> {
  if (!may(actor, 'webhook.manage')) return refuse('forbidden')
  if (!isUuid(id)) return refuse('not_found')
  const { webhooks } = deps
  const verbs = {
    drop_previous: () => webhooks.dropPrevious(id, actor),
    switch_on: () => webhooks.switchOn(id, actor),
    switch_off: () => webhooks.switchOff(id, actor),
    remove: () => webhooks.remove(id, actor),
    test: () => webhooks.test(id, actor),
  } as const satisfies Record<TargetAct, () => Promise<boolean>>
  return (await verbs[act]()) ? { ok: true } : refuse('not_found')
}

/** Sends one event to one target once more, with the same id. */
export async function resendDelivery(
  deps: Pick<Deps, 'webhooks'>,
  actor: Actor,
  { id, eventId }: { id: string; eventId: string },
): Promise<Done> {
  if (!may(actor, 'webhook.manage')) return refuse('forbidden')
  if (!isUuid(id) || !/^\d{1,18}$/.test(eventId)) return refuse('not_found')
  return (await deps.webhooks.resend(id, BigInt(eventId), actor)) ? { ok: true } : refuse('not_found')
}
