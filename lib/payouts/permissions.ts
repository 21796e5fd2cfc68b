/* oxlint-disable max-lines -- who may do what is read in one place. */
/** Who may do what. Every verb asks here, and nothing else decides. */
import { isBeforeClaim, movers, next } from './transitions.ts'
import type { PayoutMove, PayoutStatus } from './transitions.ts'
import { apiScopes, scopesWithoutOwner } from './scopes.ts'
import type { ApiScope } from './scopes.ts'

export { apiScopes, scopesWithoutOwner, usualScopes } from './scopes.ts'
export type { ApiScope } from './scopes.ts'

export const roles = ['receiver', 'clerk', 'approver', 'admin', 'auditor'] as const
export type Role = (typeof roles)[number]

/** Who acts. `api_key`: another system of the merchant. `operator`: the person at the server's command line. */
export type Actor =
  | { kind: 'user'; id: string; role: Role; name: string; receiverId: string | null }
  | { kind: 'api_key'; id: string; name: string; ownerId: string | null; scopes: readonly ApiScope[] }
  | { kind: 'operator'; name: string }
  | { kind: 'worker'; id: string }
  | { kind: 'cardzo' }
  /** Anybody else, perhaps with a link. */
  | { kind: 'stranger' }

export const permissions = [
  'payout.ask',
  'payout.enter',
  'payout.create_by_api',
  'payout.see_own',
  'payout.see_all',
  'payout.decide',
  'payout.settle',
  'payout.ask_cardzo',
  'payout.cancel_own',
  'payout.cancel_by_api',
  'payout.cancel_any_by_api',
  'payout.retry_by_api',
  'payout.reveal',
  'note.write',
  'destination.manage_own',
  'destination.release',
  'balance.see_own',
  'balance.see_all',
  'balance.grant',
  'balance.reverse',
  'receiver.change',
  'receiver.read_by_api',
  'receiver.write_by_api',
  'item.see',
  'item.close',
  'item.take',
  'user.see',
  'user.manage',
  'user.provision',
  'key.see',
  'key.manage',
  'webhook.see',
  'webhook.manage',
  'event.list',
  'policy.manage',
  'policy.see',
  'settings.see',
  'settings.propose',
  'settings.manage',
  'keys.reseal',
  'moving.see',
  'moving.import',
  'moving.export',
  'audit.see',
  'history.verify',
  'history.anchor',
  'history.archive',
  'comparison.run',
  'link.revoke',
  'sending.stop',
  'restore.declare',
] as const
export type Permission = (typeof permissions)[number]

const byRole = {
  receiver: [
    'payout.ask',
    'payout.see_own',
    'payout.cancel_own',
    'destination.manage_own',
    'balance.see_own',
  ],
  clerk: [
    'payout.see_all',
    'payout.enter',
    'payout.ask_cardzo',
    'note.write',
    'balance.see_all',
    'balance.grant',
    // Never an approver, who could change the receiver of what they approve.
    'receiver.change',
    'policy.see',
    'item.see',
    'item.take',
  ],
  approver: [
    'payout.see_all',
    'payout.decide',
    'payout.settle',
    'payout.ask_cardzo',
    'payout.reveal',
    'note.write',
    'destination.release',
    'balance.see_all',
    'policy.see',
    'item.see',
    'item.close',
    'item.take',
  ],
  admin: [
    'payout.see_all',
    'note.write',
    'item.see',
    'user.see',
    'user.manage',
    'key.see',
    'key.manage',
    'webhook.see',
    'webhook.manage',
    'policy.manage',
    'policy.see',
    'settings.see',
    'settings.propose',
    'balance.see_all',
    'balance.reverse',
    'moving.see',
    'moving.import',
    'audit.see',
    'history.verify',
    'comparison.run',
    'link.revoke',
    'sending.stop',
  ],
  auditor: [
    'payout.see_all',
    'balance.see_all',
    'policy.see',
    'settings.see',
    'item.see',
    'user.see',
    'key.see',
    'webhook.see',
    'moving.see',
    'audit.see',
    'history.verify',
  ],
} as const satisfies Record<Role, readonly Permission[]>

const byKind = {
  api_key: [
    'payout.create_by_api',
    'payout.see_all',
    'payout.cancel_by_api',
    'payout.cancel_any_by_api',
    'payout.retry_by_api',
    'balance.grant',
    'balance.see_all',
    'receiver.read_by_api',
    'receiver.write_by_api',
    'event.list',
  ],
  operator: [
    'payout.see_all',
    'balance.see_all',
    'balance.grant',
    'balance.reverse',
    'policy.see',
    'settings.manage',
    'keys.reseal',
    'moving.see',
    'moving.import',
    'moving.export',
    'user.see',
    'user.manage',
    'user.provision',
    'key.see',
    'key.manage',
    'policy.manage',
    'history.verify',
    'history.anchor',
    'history.archive',
    'comparison.run',
    'link.revoke',
    'sending.stop',
    'restore.declare',
  ],
  worker: [],
  cardzo: [],
  stranger: [],
} as const satisfies Record<Exclude<Actor['kind'], 'user'>, readonly Permission[]>

/** A key may do what its scopes say and no more. */
const byScope: Record<ApiScope, readonly Permission[]> = {
  'payouts:write': ['payout.create_by_api', 'payout.cancel_by_api', 'payout.see_all'],
  'payouts:read': ['payout.see_all'],
  'payouts:cancel-any': ['payout.cancel_by_api', 'payout.cancel_any_by_api', 'payout.see_all'],
  'payouts:retry': ['payout.retry_by_api', 'payout.see_all'],
  'grants:write': ['balance.grant'],
  'balances:read': ['balance.see_all'],
  'receivers:read': ['receiver.read_by_api'],
  'receivers:write': ['receiver.write_by_api', 'receiver.read_by_api'],
  'events:read': ['event.list'],
}

/** The scopes that give a key this permission. */
export const scopesFor = (permission: Permission): ApiScope[] =>
  apiScopes.filter((scope) => byScope[scope].includes(permission))

/** May this actor do this at all? Whether to this payout is for the functions below. */
export function may(actor: Actor, permission: Permission): boolean {
  const granted: readonly Permission[] = actor.kind === 'user' ? byRole[actor.role] : byKind[actor.kind]
  if (!granted.includes(permission)) return false
  if (actor.kind !== 'api_key') return true
  const counts = (scope: ApiScope) => actor.ownerId === null || !scopesWithoutOwner.includes(scope)
  return actor.scopes.some((scope) => counts(scope) && byScope[scope].includes(permission))
}

const moverKinds = {
  worker: ['worker'],
  approver: ['user'],
  two_approvers: ['user'],
  // The operator cancels what demo people asked for.
  requester: ['user', 'api_key', 'operator'],
} as const satisfies Record<(typeof movers)[PayoutMove], readonly Actor['kind'][]>

/** May an actor of this kind make this move? `PayoutStore.advance` throws when not: the verb that called it has a bug. */
export function mayMove(actor: Actor, move: PayoutMove): boolean {
  const kinds: readonly Actor['kind'][] = moverKinds[movers[move]]
  return kinds.includes(actor.kind)
}

/** The facts of a payout that decide who may act on it. */
export type PayoutSubject = {
  status: PayoutStatus
  receiverId: string
  /** Every account of every person who asked, entered, owns the API key, entered the destination, or is paid. */
  accountsBehind: readonly string[]
  amountDiffers: boolean
}

export type DecisionRefusal = 'forbidden' | 'own_request' | 'wrong_status' | 'amount_differs'

/** May this person approve or reject this payout now? Undefined: yes. Maker-checker: never what they asked for or entered. */
export function refuseDecision(
  actor: Actor,
  move: 'approve' | 'reject',
  payout: PayoutSubject,
): DecisionRefusal | undefined {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return 'forbidden'
  if (isOwn(actor, payout)) return 'own_request'
  if (next(payout.status, move) === undefined) return 'wrong_status'
  if (move === 'approve' && payout.amountDiffers) return 'amount_differs'
  return undefined
}

/** Did this person ask for it, enter it or its destination, own the key it came by, or are they its receiver? */
function isOwn(actor: Actor & { kind: 'user' }, payout: PayoutSubject): boolean {
  if (payout.accountsBehind.includes(actor.id)) return true
  return actor.receiverId !== null && payout.receiverId === actor.receiverId
}

export type SettlementRefusal = 'forbidden' | 'own_request' | 'same_person' | 'wrong_status'

/**
 * May this person propose how an unknown outcome ended or, given who proposed it, confirm that? Undefined: yes. It takes two different
 * people, and never somebody who asked for it or entered it.
 */
export function refuseSettlement(
  actor: Actor,
  payout: PayoutSubject,
  proposedById: string | null,
): SettlementRefusal | undefined {
  if (actor.kind !== 'user' || !may(actor, 'payout.settle')) return 'forbidden'
  if (isOwn(actor, payout)) return 'own_request'
  if (next(payout.status, 'settle_paid') === undefined) return 'wrong_status'
  if (proposedById === actor.id) return 'same_person'
  return undefined
}

/** May this actor cancel this payout? Receivers only their own, systems those that their key reaches. The verb checks the status. */
export function mayCancel(actor: Actor, payout: PayoutSubject): boolean {
  if (actor.kind === 'user') return may(actor, 'payout.cancel_own') && actor.receiverId === payout.receiverId
  return may(actor, 'payout.cancel_by_api')
}

/** May this actor see this payout? */
export function maySee(actor: Actor, payout: Pick<PayoutSubject, 'receiverId'>): boolean {
  if (may(actor, 'payout.see_all')) return true
  return actor.kind === 'user' && may(actor, 'payout.see_own') && actor.receiverId === payout.receiverId
}

/** The buttons that a person sees on a payout, by the same rules that the verbs enforce. */
export function buttonsFor(actor: Actor, payout: PayoutSubject): ('approve' | 'reject' | 'cancel')[] {
  const buttons: ('approve' | 'reject' | 'cancel')[] = []
  if (refuseDecision(actor, 'approve', payout) === undefined) buttons.push('approve')
  if (refuseDecision(actor, 'reject', payout) === undefined) buttons.push('reject')
  if (mayCancel(actor, payout) && isBeforeClaim(payout.status)) buttons.push('cancel')
  return buttons
}
