/** The scopes of API keys. What each allows is in permissions.ts; which of them take a second admin, in access.ts. */

/** The scopes that an API key can have. */
export const apiScopes = [
  'payouts:write',
  'payouts:read',
  'payouts:cancel-any',
  'payouts:retry',
  'grants:write',
  'balances:read',
  'events:read',
  'receivers:read',
  'receivers:write',
] as const
export type ApiScope = (typeof apiScopes)[number]

/** The scopes of a new key unless somebody chooses others. The rest is given by name only. */
export const usualScopes: readonly ApiScope[] = [
  'payouts:write',
  'payouts:read',
  'grants:write',
  'balances:read',
]

/** These reach beyond what came through one owner's keys, so only a key without an owner can have them. */
export const scopesWithoutOwner: readonly ApiScope[] = [
  'payouts:cancel-any',
  'receivers:read',
  'receivers:write',
]
