/** Seals what a stolen database must not reveal or help to guess. Implemented in lib/db/seal/vault.ts. */
export type Vault = {
  /** `place`: its table and row. The seal opens only with the same place. */
  seal: (text: string, place: string) => string
  /** Throws when the key is missing, the seal was changed or moved, or the text is not a seal. */
  open: (sealed: string, place: string) => string
  /** A keyed hash that names its key: equal texts give equal hashes, and nobody without the key can try texts out. */
  fingerprint: (text: string) => string
  /** Was this fingerprint made from this text, under any of our keys? */
  isFingerprintOf: (fingerprint: string, text: string) => boolean
}

/**
 * Why a seal can't be opened: its key is not among ours (it may come back), an older version wrote the row and no worker has sealed it
 * yet, or somebody changed or moved it.
 */
export type SealTrouble = 'key_missing' | 'unsealed' | 'changed'

/** How many rows were sealed, and how many could not be opened, with the names of the first. */
export type Resealed = {
  payouts: number
  destinations: number
  secondFactors: number
  phrases: number
  mails: number
  /** Secrets of endpoints. */
  endpoints: number
  batchRows: number
  /** Rows that are imported and not applied yet. */
  importParts: number
  /** Targets of webhooks. */
  webhooks: number
  unreadable: number
  firstUnreadable: string[]
}

export type SealStore = {
  /**
   * Seals everything under the current key that isn't yet: payouts, destinations, second factors, mails, rows of batches. Reads `batch` rows at once and
   * changes each by itself. The signal ends it early.
   */
  reseal: (batch: number, signal?: AbortSignal) => Promise<Resealed>
}
