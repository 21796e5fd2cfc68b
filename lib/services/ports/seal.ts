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
