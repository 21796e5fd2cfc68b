/**
 * Where seals and keyed hashes are made: AES-256-GCM and HMAC under a key that only the environment holds. A seal names its key, so that
 * several can be in use while one replaces another, and is bound to its row, so that it opens nowhere else.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Vault as VaultPort } from '#lib/services/ports.ts'

/** `id` is part of every seal; `key` has 32 bytes. */
export type DataKey = { id: string; key: Buffer }

export type Vault = VaultPort & {
  /** The prefix of every seal under the current key. */
  currentPrefix: string
  /** The same for fingerprints. */
  currentFingerprintPrefix: string
  /** A keyed hash: equal texts give equal prints, and nobody without the key can try texts out. */
  print: (text: string) => string
  /** The text's print under each key, the current one first, so that older prints are found while keys change. */
  prints: (text: string) => string[]
}

/** The key that a seal names is not among ours. The seal is fine, and the key may come back. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing'
}

const version = 'v1'
const fingerprintVersion = 'f1'
const tagBytes = 16

/** Seals under the first key, opens under any. */
export function createVault(keys: readonly [DataKey, ...DataKey[]]): Vault {
  const [current] = keys
  // Each made once: from bare bytes Node makes one at each call, which costs more than cipher or hash.
  const byId = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]))
  const currentKey = createSecretKey(current.key)
  const derived = (key: Buffer, purpose: string) =>
    createSecretKey(createHmac('sha256', key).update(purpose).digest())
  const printKeys = keys.map(({ key }) => derived(key, 'prints'))
  const printUnder = (key: KeyObject, text: string) =>
    createHmac('sha256', key).update(text).digest('base64url')
  const prints = (text: string) => printKeys.map((key) => printUnder(key, text))
  const fingerprints = keys.map(({ id, key }) => {
    const fingerprintKey = derived(key, 'fingerprints')
    return (text: string) => [fingerprintVersion, id, printUnder(fingerprintKey, text)].join('.')
  })
  return {
    seal(text, place) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', currentKey, iv)
      cipher.setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const parts = [iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))
      return [version, current.id, ...parts].join('.')
    },

    open(sealed, place) {
      const [head, id = '', iv = '', tag = '', body = ''] = sealed.split('.')
      const key = byId.get(id)
      if (head !== version) throw new Error('This is no seal')
      if (!key)
        throw new KeyMissing(`Something is sealed under the key "${id}", which DATA_KEYS does not hold`)
      // Node would accept a shorter tag, which is easier to guess.
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(Buffer.from(tag, 'base64url'))
      return decipher.update(Buffer.from(body, 'base64url'), undefined, 'utf8') + decipher.final('utf8')
    },

    currentPrefix: `${version}.${current.id}.`,
    currentFingerprintPrefix: `${fingerprintVersion}.${current.id}.`,
    fingerprint: (text) => fingerprints[0]?.(text) ?? '',
    isFingerprintOf: (fingerprint, text) => fingerprints.some((of) => of(text) === fingerprint),
    print: (text) => prints(text)[0] ?? '',
    prints,
  }
}

/** Does this look like a seal, or is it a text from before sealing? */
export const isSealed = (text: string) => text.startsWith(`${version}.`)
