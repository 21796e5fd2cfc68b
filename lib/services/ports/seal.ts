/** What a stolen database must not give away, and must not help to guess. Implemented in lib/db/seal/vault.ts. */
export type Vault = {
  /** `place`: table and row it belongs to; the seal opens with the same place only. */
  seal: (text: string, place: string) => string
  /** Throws when the key is not there, the seal was changed or moved, or the text is no seal. */
  open: (sealed: string, place: string) => string
  /** Keyed hash that names its key: equal texts give equal prints, and nobody without the key can try texts out. */
  fingerprint: (text: string) => string
  /** Was this fingerprint made of this text, under any key there is? */
  isFingerprintOf: (fingerprint: string, text: string) => boolean
}

/**
 * Why a seal can't be opened: its key is not among ours (it may come back), an older version wrote the row and no worker has sealed it yet,
 * or somebody changed or moved it.
 */
export type SealTrouble = 'key_missing' | 'unsealed' | 'changed'

/** How many rows were sealed again, and how many could not be opened, the first of those by name. */
export type Resealed = {
  payouts: number
  destinations: number
  secondFactors: number
  mails: number
  unreadable: number
  firstUnreadable: string[]
}

export type SealStore = {
  /**
   * Seals everything under the current key that isn't yet: payouts, destinations, second factors, mails. Reads `batch` rows at once and changes
   * each by itself. The signal ends it early.
   */
  reseal: (batch: number, signal?: AbortSignal) => Promise<Resealed>
}
