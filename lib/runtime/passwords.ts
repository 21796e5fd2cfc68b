import { hash, verify } from '@node-rs/argon2'
import type { Deps } from '#lib/services/ports.ts'

// OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. About 30 ms.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const passwords: Deps['passwords'] = {
  hash: (password) => hash(password.normalize('NFC'), cost),
  async verify(stored, password) {
    for (const spelling of spellingsOf(password))
      // A hash that can't be read lets nobody in. To the person that must look like a wrong password, not like an outage.
      if (await verify(stored, spelling).catch(() => false)) return true
    return false
  },
  isCommon: async (password) => (await commonPasswords()).has(password.normalize('NFC').toLowerCase()),
}

/** Keyboards write "é" as one character or as two. We hash the first form; older hashes are of whatever was typed. */
const spellingsOf = (password: string) =>
  new Set([password.normalize('NFC'), password, password.normalize('NFD')])

let loaded: Promise<ReadonlySet<string>> | undefined

/** Some fifty thousand, from real leaks. Loaded when somebody first chooses a password, because most processes never need them. */
const commonPasswords = () =>
  (loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((word) => word.toLowerCase())),
  ))
