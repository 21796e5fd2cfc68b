import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { ApiKey, Deps } from '#lib/services/ports.ts'

export type ShownKey = ApiKey & {
  owner: string | null
  state: 'active' | 'waiting' | 'owner_left' | 'expired' | 'revoked'
}

/** Every API key there is or was, active ones first; never the secret itself. */
export async function showKeys(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; keys: ShownKey[]; people: { email: string; name: string }[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'key.see')) return refuse('forbidden')
  const [keys, users] = await Promise.all([deps.keys.list(), deps.people.listUsers()])
  const now = deps.clock.wallMs()
  const shown = keys.map((key): ShownKey => {
    const isExpired = key.expiresAt !== null && key.expiresAt.getTime() <= now
    const owner = users.find(({ id }) => id === key.ownerId)
    return {
      ...key,
      owner: owner?.name ?? null,
      state: key.revokedAt
        ? 'revoked'
        : isExpired
          ? 'expired'
          : key.usableFrom === null
            ? 'waiting'
            : owner?.disabledAt
              ? 'owner_left'
              : 'active',
    }
  })
  const rank = { waiting: 0, owner_left: 1, active: 2, expired: 3, revoked: 4 } as const
  return {
    ok: true,
    keys: shown.sort((a, b) => rank[a.state] - rank[b.state]),
    people: users
      .filter(({ role, disabledAt }) => role !== 'receiver' && disabledAt === null)
      .map(({ email, name }) => ({ email, name })),
  }
}
