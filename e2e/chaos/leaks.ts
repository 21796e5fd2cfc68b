// What must be in no log, and where it was found all the same.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Variables } from './stack.ts'

/** Shapes that are secret whatever they hold. */
const shapes = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY/,
  'the token of a link': /\/pay\/[\w-]{43}/,
  'a control value': /control["']?[=:]\s*["']?[0-9a-f]{40}/i,
  'an API key': /\bcpp_[\w-]{20,}/,
  'a password in an address': /:\/\/[^\s:/@[]+:[^\s@/[]{8,}@/,
}

export function secretsOf(
  environment: Variables,
  apiKey: string,
  accounts: readonly string[],
): Map<string, string> {
  const key = environment['CARDZO_PRIVATE_KEY'] ?? ''
  const databaseUrl = environment['DATABASE_URL']
  return new Map(
    [
      ['the control key', environment['CARDZO_MERCHANT_CONTROL'] ?? ''],
      ['the secret of links', environment['AUTH_SECRET'] ?? ''],
      // One line from the middle of the key says enough.
      ['the private key', key.split('\n')[5] ?? ''],
      ['the password of the database', databaseUrl === undefined ? '' : new URL(databaseUrl).password],
      ['the API key', apiKey],
      ...accounts.map((account): [string, string] => [
        `account number ${account.slice(-4)} of a payout`,
        account,
      ]),
    ].filter((entry): entry is [string, string] => (entry[1] ?? '').length >= 8),
  )
}

/** Searches every log of the run's folder and the texts given. */
export function findLeaks(
  folder: string,
  texts: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): { leaks: string[]; searched: number } {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
  const all = new Map([
    ...logs.map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]),
    ...texts,
  ])
  const leaks: string[] = []
  for (const [where, text] of all) {
    for (const [what, secret] of secrets) if (text.includes(secret)) leaks.push(`${what} in ${where}`)
    // Texts are mails and the timeline, where links belong; logs are searched for shapes too.
    if (texts.has(where)) continue
    for (const [what, shape] of Object.entries(shapes))
      if (shape.test(text)) leaks.push(`${what} in ${where}`)
  }
  return { leaks, searched: all.size }
}
