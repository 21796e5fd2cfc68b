import { createPrivateKey, type KeyObject } from 'node:crypto'
import { CardzoConfigError } from './errors.ts'

/** Cardzo refuses anything shorter. */
const minimumBits = 2048

/**
 * Parses an RSA private key, PEM in PKCS#1 or PKCS#8 without a passphrase. Throws `CardzoConfigError` with
 * `key_unreadable`, `key_not_rsa` or `key_too_short`; the message never contains any part of the key.
 */
export function assertPrivateKey(pem: string): KeyObject {
  const key = parse(pem)
  if (key.asymmetricKeyType !== 'rsa') {
    const message = `the private key is of type ${key.asymmetricKeyType ?? 'unknown'}, RSA is needed`
    throw new CardzoConfigError([{ code: 'key_not_rsa', message }])
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < minimumBits) {
    const message = `the private key has ${bits} bits, at least ${minimumBits} are needed`
    throw new CardzoConfigError([{ code: 'key_too_short', message }])
  }
  return key
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // The cause is left out on purpose: OpenSSL's errors may quote the input.
    const message = 'the private key cannot be read: a PEM in PKCS#1 or PKCS#8 without a passphrase is needed'
    throw new CardzoConfigError([{ code: 'key_unreadable', message }])
  }
}
