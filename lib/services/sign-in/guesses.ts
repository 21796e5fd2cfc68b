/** How many wrong guesses we take: few from one place, more at one account. */
import { isIPv6 } from 'node:net'
import type { Deps } from '#lib/services/ports.ts'

/**
 * What an address is counted as: IPv4 as it is; of IPv6 the network (/64), because one machine has any number of addresses in it.
 * Anything else as it is, so that it counts too.
 */
export function networkOf(ip: string | null): string {
  if (ip === null) return 'unknown'
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  const bare = ip.split('%')[0] ?? ip
  if (!isIPv6(bare)) return ip
  const [head = '', tail] = bare.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // An address that ends in dotted IPv4 has one group less in writing; the network's four are not among those.
  const missing = tail === undefined ? 0 : 8 - before.length - after.length - (bare.includes('.') ? 1 : 0)
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

type Spent = Parameters<Deps['rateLimit']>

type Guess = { ok: boolean; giveBack: () => Promise<void> }

/**
 * Takes one guess before anything is looked up; call `giveBack` if it was right. A guess that one limit refuses is not taken from the next: the
 * network comes first, so that made-up accounts make no more rows than it may guess.
 */
export async function takeGuess(
  deps: Pick<Deps, 'rateLimit'>,
  ip: string | null,
  more: readonly Spent[] = [],
): Promise<Guess> {
  const network = networkOf(ip)
  const limits: Spent[] = [['guess_minute', network], ['guess_day', network], ...more]
  const taken: Spent[] = []
  const giveBack = async () => {
    for (const [bucket, key] of taken) await deps.rateLimit(bucket, key, -1)
  }
  for (const [bucket, key] of limits) {
    if (!(await deps.rateLimit(bucket, key))) return { ok: false, giveBack }
    taken.push([bucket, key])
  }
  return { ok: true, giveBack }
}
