import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal, payoutStatuses } from '#lib/payouts/transitions.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { demoPeople, demoShopName } from './demo-codes.ts'
import { voidReasons } from '#lib/payouts/void-reasons.ts'

/** E-mails of the demo's people who can still sign in, with a password and codes that everybody can read. */
export async function findDemoPeople(deps: Pick<Deps, 'people'>): Promise<string[]> {
  return deps.people.enabledAmong(demoPeople.map(({ email }) => email))
}

type RemovedDemo = {
  disabled: string[]
  revokedKeys: string[]
  cancelled: string[]
  /** Payouts of the demo that were sent already: only their gateway's word ends them. */
  stillOpen: string[]
}

/**
 * Ends what the demo data can still do: its people cannot sign in, its API keys stop working, and what they asked for and was not sent
 * is cancelled. Rows stay, because history is never deleted. You can run it again: it carries on where it stopped.
 */
export async function removeDemo(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; removed: RemovedDemo } | Refusal<'forbidden'>> {
  if (!may(actor, 'user.provision')) return refuse('forbidden')
  const people = (
    await Promise.all(demoPeople.map(({ email }) => deps.people.findUserByEmail(email)))
  ).filter((user) => user !== null)
  const enabled = people.filter(({ disabledAt }) => disabledAt === null)
  for (const { id } of enabled) await deps.people.disableUser(id, actor)

  const userIds = people.map(({ id }) => id)
  const keys = (await deps.keys.list()).filter(({ name, ownerId }) =>
    ownerId === null ? name === demoShopName : userIds.includes(ownerId),
  )
  const live = keys.filter(({ revokedAt }) => revokedAt === null)
  for (const { id } of live) await deps.keys.revoke(id, actor)

  const keyIds = keys.map(({ id }) => id)
  const open = await openPayouts(
    deps,
    ({ requestedById, apiKeyId }) =>
      (requestedById !== null && userIds.includes(requestedById)) ||
      (apiKeyId !== null && keyIds.includes(apiKeyId)),
  )
  const cancelled: string[] = []
  for (const payout of open) if (await takeBack(deps, actor, payout)) cancelled.push(payout.id)
  const removed = {
    disabled: enabled.map(({ email }) => email),
    revokedKeys: live.map(({ id }) => id),
    cancelled,
    stillOpen: open.map(({ id }) => id).filter((id) => !cancelled.includes(id)),
  }
  // The summary. Each account, key and payout has its own row, written with its change.
  await deps.people.audit('demo_removed', actor, null, removed)
  return { ok: true, removed }
}

async function openPayouts(deps: Deps, isDemo: (payout: Payout) => boolean): Promise<Payout[]> {
  const statuses = payoutStatuses.filter((status) => !isFinal(status))
  const found: Payout[] = []
  let cursor: string | undefined
  do {
    const page = await deps.payouts.list({ statuses }, { limit: 100, cursor })
    found.push(...page.rows.filter(isDemo))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

/** A worker may move the payout in between; a few tries settle it. */
async function takeBack(deps: Deps, actor: Actor, payout: Payout): Promise<boolean> {
  let now: Payout | null = payout
  for (let look = 0; look < 10 && now && isBeforeClaim(now.status); look++) {
    const saved = await deps.payouts.advance(
      now,
      {
        move: 'cancel',
        dueInMs: null,
        approval: { do: 'void', approverId: null, reason: voidReasons.demo },
      },
      actor,
      { kind: 'taken_back' },
    )
    if (saved !== 'stale') return true
    now = await deps.payouts.find(payout.id)
  }
  return false
}
