import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps } from '#lib/services/ports.ts'

/** Which system is calling, by its key (what follows `Bearer `); a revoked or unknown key is nobody's. */
export async function authenticateApiKey(
  deps: Pick<Deps, 'keys' | 'log'>,
  key: string,
): Promise<{ ok: true; actor: Actor & { kind: 'api_key' } } | Refusal<'unauthorized'>> {
  // An unknown key is looked up by its hash, so that comparing takes as long for a near miss as for a wild guess.
  const found = key === '' ? null : await deps.keys.find(hashToken(key))
  if (!found) return refuse('unauthorized')
  const { id, name, ownerId, scopes, useIsNews } = found
  if (useIsNews) noteUse(deps, id)
  return { ok: true, actor: { kind: 'api_key', id, name, ownerId, scopes } }
}

/** The request doesn't wait for it, nor fail with it. */
function noteUse({ keys, log }: Pick<Deps, 'keys' | 'log'>, id: string): void {
  keys
    .noteUse(id)
    .catch((err: unknown) => log.error({ err, keyId: id }, 'the use of an API key was not noted'))
}
