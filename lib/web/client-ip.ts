/** The caller's address, as far as headers can be believed. */
import { isIP } from 'node:net'
import { isWithin, plainAddress } from '#lib/runtime/addresses.ts'
import type { AddressRange } from '#lib/runtime/addresses.ts'

export type Proxies = {
  /** How many proxies append to X-Forwarded-For. */
  hops: number
  /** Whose forwarding headers are believed. */
  trusted: readonly AddressRange[]
}

export type Caller = {
  /** IPv4, or IPv6 in its shortest form; empty if the connection is already gone. */
  ip: string
  /** No proxy in between: the connection is the caller's own, and no header claims otherwise. */
  direct: boolean
  /** The connection comes from a proxy whose forwarding headers are believed. */
  trusted: boolean
  /** Why a header about the caller was not believed. */
  mismatch: string | undefined
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * Each proxy appends the address it saw to `X-Forwarded-For`, so the outermost one wrote the entry `hops` from the right; everything left
 * of it is the client's claim. The header counts only on a connection from a trusted proxy. Otherwise, and if that entry is missing or is
 * no address, the caller's address is that of the connection.
 */
export function callerOf(connection: string | undefined, headers: Headers, proxies: Proxies): Caller {
  const ip = plainAddress(connection ?? '') ?? ''
  const forwarded = Object.keys(headers).filter(isForwardingHeader)
  const trusted = proxies.hops > 0 && isWithin(ip, proxies.trusted)
  const caller = { ip, direct: forwarded.length === 0, trusted, mismatch: undefined }
  if (caller.direct) return caller

  const header = headers['x-forwarded-for']
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
  const refuse = (mismatch: string) => ({ ...caller, mismatch })
  if (proxies.hops === 0)
    return refuse(
      `a request came through a proxy (${forwarded.join(', ')}), but TRUSTED_PROXY_HOPS is 0: everybody behind it counts as one address`,
    )
  if (!trusted)
    return refuse(`${ip} sends forwarding headers, but is not in TRUSTED_PROXIES: they are not believed`)
  const entry = entries.at(-proxies.hops)
  if (header === undefined || entry === undefined)
    return refuse('X-Forwarded-For names fewer addresses than TRUSTED_PROXY_HOPS says there are proxies')
  const claimed = addressOf(entry)
  if (claimed === undefined)
    return refuse('X-Forwarded-For holds something that is no address where the client should be')
  return { ...caller, ip: claimed }
}

/** Headers that proxies commonly add. */
const isForwardingHeader = (name: string) =>
  /^(x-forwarded(-[a-z-]+)?|forwarded|via|x-real-ip|x-original-forwarded-for|x-cluster-client-ip|cf-connecting-ip|true-client-ip|fastly-client-ip)$/.test(
    name,
  )

/** An entry of the header: an address, perhaps in quotes, in brackets, or with a port. */
function addressOf(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, '$1')
  const [, inBrackets] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? []
  const [, beforePort] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text) ?? []
  const address = inBrackets ?? beforePort ?? text
  return isIP(address) === 0 ? undefined : plainAddress(address)
}
