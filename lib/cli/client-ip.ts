import { isIP } from 'node:net'

/**
 * The address of the person or system that asks, as far as it can be believed.
 * Each trusted proxy appends the address it saw to `X-Forwarded-For`, so the entry `trustedHops` from the right was written
 * by the outermost of them; everything left of it is the client's own claim. With no trusted proxy, with fewer entries
 * than proxies, or with an entry that is no address, it is the address of the connection itself.
 */
export function clientIp(
  connection: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): string {
  const entries = (forwardedFor ?? '').split(',').map((entry) => entry.trim())
  const claimed = trustedHops > 0 ? entries.at(-trustedHops) : undefined
  return plain(claimed !== undefined && isIP(claimed) !== 0 ? claimed : (connection ?? ''))
}

/** IPv4 on a two-family socket appears as `::ffff:192.0.2.1`; one client is counted under one name. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address
}
