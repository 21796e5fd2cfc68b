/** Which payouts an API key reaches, by its owner. */
import { may } from './permissions.ts'
import type { Actor } from './permissions.ts'

/** The key that a payout came through: none, one without an owner, or somebody's. */
export type PayoutOrigin = { apiKeyId: string | null; apiKeyOwnerId: string | null }

/**
 * Does this key reach this payout? A person's key reaches what came through any of that person's keys. A key without an owner belongs to
 * the installation: it sees every payout, retries what came through keys without an owner, and cancels the same, or everything if it has
 * the scope for that. Always true for actors other than keys.
 */
export function keyReaches(actor: Actor, payout: PayoutOrigin, to: 'see' | 'cancel' | 'retry'): boolean {
  if (actor.kind !== 'api_key') return true
  if (to === 'see' && actor.ownerId === null) return true
  if (to === 'cancel' && may(actor, 'payout.cancel_any_by_api')) return true
  return payout.apiKeyId !== null && payout.apiKeyOwnerId === actor.ownerId
}
