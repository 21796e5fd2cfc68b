/** Network addresses, each in one form, and ranges of them. */
import ipaddr from 'ipaddr.js'
import { isLoopbackHost } from '#lib/cardzo/index.ts'

type Address = ReturnType<typeof ipaddr.parse>
export type AddressRange = readonly [Address, number]

/**
 * The one form in which we count and compare an address: IPv4 where IPv6 only wraps it (`::ffff:192.0.2.1`), otherwise IPv6 as
 * RFC 5952 writes it, without a zone. Undefined when the text is not an address.
 */
export function plainAddress(text: string): string | undefined {
  return parse(text)?.toString()
}

/** The same few addresses come again and again: proxies, Cardzo, other systems. */
const parsedMost = 1000
const addressMaxLength = 64
const parsed = new Map<string, Address | undefined>()

function parse(text: string): Address | undefined {
  if (parsed.has(text)) return parsed.get(text)
  const [bare = ''] = text.split('%')
  const address = ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined
  if (parsed.size >= parsedMost) parsed.clear()
  if (text.length <= addressMaxLength) parsed.set(text, address)
  return address
}

/** An address, or a range such as `10.0.0.0/8`. Undefined when the text is neither. */
export function rangeOf(text: string): AddressRange | undefined {
  // The library also reads `127.1` and octal numbers, which nobody intends.
  const strict = text.includes(':') || /^\d+(\.\d+){3}(\/\d+)?$/.test(text)
  if (!strict) return undefined
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = parse(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Is this address in one of the ranges? */
export function isWithin(text: string, ranges: readonly AddressRange[]): boolean {
  const address = parse(text)
  if (!address) return false
  return ranges.some(([start, bits]) => address.kind() === start.kind() && address.match(start, bits))
}

/** The addresses of this machine to itself. */
export const loopback: readonly AddressRange[] = ['127.0.0.0/8', '::1']
  .map(rangeOf)
  .filter((range) => range !== undefined)

/** Is this the URL of something that only this machine can reach? */
export function isLoopbackAddress(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname)
}
