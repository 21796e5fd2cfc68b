/** API keys. */
import type { Actor, ApiScope } from '#lib/payouts/permissions.ts'
import type { Told } from './people.ts'

export type ApiKey = {
  id: string
  name: string
  ownerId: string | null
  createdAt: Date
  revokedAt: Date | null
  lastUsedAt: Date | null
  scopes: readonly ApiScope[]
  expiresAt: Date | null
  /** Null while it waits for a second admin. */
  usableFrom: Date | null
}

export type NewApiKey = {
  id: string
  name: string
  keyHash: string
  ownerId: string | null
  /** All of them when absent. */
  scopes?: readonly ApiScope[]
  expiresInMs?: number | null
}

export type ExpiringKey = { id: string; name: string; expiresAt: Date; ownerEmail: string | null }

export type ApiKeyStore = {
  /** Works at once. By an admin only for what takes one person; anything else is `AccessStore.propose`. */
  create: (draft: NewApiKey, actor: Actor) => Promise<void>
  revoke: (id: string, actor: Actor) => Promise<boolean>
  /** The live key of this hash, whose owner has not left; marks it used. A leaver's is refused and audited. */
  use: (keyHash: string) => Promise<ApiKey | null>
  /** Tells once of each key that expires within this time. Returns how many. */
  remind: (withinMs: number, tell: (key: ExpiringKey) => Told) => Promise<number>
  list: () => Promise<ApiKey[]>
}
