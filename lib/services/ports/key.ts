/** API keys of other systems. */
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

/** A live key: who calls with it. */
export type CallingKey = Pick<ApiKey, 'id' | 'name' | 'ownerId' | 'scopes'> & {
  /** How long it still lives, by the database's clock; null: until it is revoked. */
  livesMs: number | null
  /** Its use is worth noting: none was noted in the last minute. */
  useIsNews: boolean
}

export type ExpiringKey = { id: string; name: string; expiresAt: Date; ownerEmail: string | null }

/** What requests named by their idempotency keys, for good. The keys of each act are its own. */
export type ApiRequestStore = {
  /** The id of what it was about; null: this key is free. */
  find: (act: string, key: string) => Promise<string | null>
  /** Keeps the first one when two come at once. */
  note: (act: string, key: string, subject: string) => Promise<void>
}

export type ApiKeyStore = {
  /** Works at once. An admin may only make keys that take one person; all others go through `AccessStore.propose`. */
  create: (draft: NewApiKey, actor: Actor) => Promise<void>
  revoke: (id: string, actor: Actor) => Promise<boolean>
  /**
   * The live key of this hash. A key whose owner has left is refused, and that is audited. A web server answers from memory for at most
   * a second.
   */
  find: (keyHash: string) => Promise<CallingKey | null>
  /** Notes that the key was used, to the minute. */
  noteUse: (id: string) => Promise<void>
  /** Tells once about each key that expires within this time. Returns how many. */
  remind: (withinMs: number, tell: (key: ExpiringKey) => Told) => Promise<number>
  list: () => Promise<ApiKey[]>
}
