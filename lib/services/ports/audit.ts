/** What people did that is not a payout's own history: who, what, about what, when. Only ever added to. */
import type { audit } from '#lib/words/en/audit.ts'
import type { Actor } from '#lib/payouts/permissions.ts'

/** Everything that is written today: each has words. */
export type AuditKind = keyof (typeof audit)['kind']

export type AuditRow = {
  id: bigint
  at: Date
  /** Rows of earlier versions may have other kinds. */
  kind: string
  actorKind: Actor['kind']
  actorId: string | null
  actorName: string
  /** The id of what it was about. */
  subject: string | null
  data: Record<string, unknown>
}

/** Null: any. `who`: a name, an e-mail address or a part of one, or an id. `from` is included, `to` is not. */
export type AuditFilter = {
  who: string | null
  kind: string | null
  subject: string | null
  from: Date | null
  to: Date | null
}

/** A seal over all audit rows up to a number. */
export type AuditSealed = { lastEventId: bigint; hash: string }

export type AuditProof = {
  events: number
  /** Written since the last seal: only their own hashes speak for them. */
  unsealed: number
  seals: number
  firstBroken: {
    wrong: 'changed' | 'missing' | 'inserted' | 'seal' | 'anchor'
    eventId: bigint | null
    why: string
  } | null
}

export type AuditTrail = {
  /** Newest first, those before the number `before`. */
  list: (
    filter: AuditFilter,
    page: { limit: number; before: bigint | null },
  ) => Promise<{ rows: AuditRow[]; next: bigint | null }>
  /** Every kind there is, in alphabetical order. */
  kinds: () => Promise<string[]>
  /** Seals what was written since the last seal; any number of workers may call it. False: nothing was sealed. */
  seal: () => Promise<boolean>
}
