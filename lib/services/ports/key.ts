/** API keys. */
import type { ApiScope } from '#lib/payouts/permissions.ts'

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
