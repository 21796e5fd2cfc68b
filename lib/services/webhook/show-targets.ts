import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Delivery, Deps, WebhookTarget } from '#lib/services/ports.ts'

/** Every target, and who may own one. */
export async function listTargets(
  deps: Pick<Deps, 'webhooks' | 'people'>,
  actor: Actor,
): Promise<
  { ok: true; targets: WebhookTarget[]; people: { email: string; name: string }[] } | Refusal<'forbidden'>
> {
  if (!may(actor, 'webhook.see')) return refuse('forbidden')
  const [targets, users] = await Promise.all([
    deps.webhooks.targets(),
    may(actor, 'webhook.manage') ? deps.people.listUsers() : [],
  ])
  const people = users
    .filter(({ role, disabledAt }) => role !== 'receiver' && disabledAt === null)
    .map(({ email, name }) => ({ email, name }))
  return { ok: true, targets, people }
}

/** One target with its log, newest first. `cursor`: `next` of the page before. */
export async function showTarget(
  deps: Pick<Deps, 'webhooks'>,
  actor: Actor,
  { id, cursor }: { id: string; cursor?: string },
): Promise<
  | { ok: true; target: WebhookTarget; rows: Delivery[]; next: string | null }
  | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'webhook.see')) return refuse('forbidden')
  const target = isUuid(id) ? await deps.webhooks.find(id) : null
  if (!target || (cursor !== undefined && !/^\d{1,18}$/.test(cursor))) return refuse('not_found')
  const before = cursor === undefined ? null : BigInt(cursor)
  const { rows, next } = await deps.webhooks.log(id, { limit: 50, before })
  return { ok: true, target, rows, next: next === null ? null : String(next) }
}
