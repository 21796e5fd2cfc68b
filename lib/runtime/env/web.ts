/** The web server: where it listens, what its address is, which proxies it believes. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { loopback as loopbackAddresses, rangeOf } from '../addresses.ts'
import { list, needed, wholeNumber } from './reading.ts'

/** Cardzo takes addresses of at most 128 characters. */
const urlMaxCharacters = 128
/** The longest path that we send: `/pay/<43 characters of token>/return`. */
const longestPath = `/pay/${'x'.repeat(43)}/return`
/** The only ports that Cardzo calls back. */
const callbackPorts: Readonly<Record<string, readonly string[]>> = {
  'https:': ['443', '8443'],
  'http:': ['80', '8080'],
}

export const webVariables = (loopback: boolean) => ({
  PORT: wholeNumber(1, 65_535, 'a port from 1 to 65535').default(3000),
  HOST: z
    .string()
    .trim()
    .refine(isListenAddress, 'must be an address of this machine, e.g. 127.0.0.1, or 0.0.0.0 for all')
    .default('127.0.0.1'),
  APP_URL: z
    .string(needed('Set it to the public address of the portal, e.g. https://payouts.example.com.'))
    .transform(appUrl(loopback)),
  NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: z
    .string()
    .trim()
    .refine(
      (text) => /^[A-Za-z0-9+/]+=*$/.test(text) && [16, 24, 32].includes(Buffer.from(text, 'base64').length),
      'must be 32 bytes in base64, e.g. from "openssl rand -base64 32", and the same on every web server',
    )
    .optional(),
  TRUSTED_PROXIES: list((entry) =>
    rangeOf(entry) ? undefined : 'is not an address or a range such as 10.0.0.0/8',
  )
    .transform((entries) => entries.map(rangeOf).filter((range) => range !== undefined))
    .default([...loopbackAddresses]),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 'a whole number from 0 to 10').default(0),
})

function appUrl(loopback: boolean) {
  return (text: string, context: z.RefinementCtx): string => {
    const add = (message: string) => context.addIssue({ code: 'custom', message })
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || !(url.protocol in callbackPorts)) {
      add('must be an address such as https://payouts.example.com')
      return z.NEVER
    }
    if (url.username || url.password || url.search || url.hash || url.pathname !== '/')
      add('must be scheme, host and perhaps a port, with nothing behind')
    if (!loopback && !isCallbackAble(url))
      add('Cardzo can call back only https on 443 or 8443, or http on 80 or 8080. Use one of them.')
    if (url.origin.length + longestPath.length > urlMaxCharacters)
      add(
        `is too long. Cardzo takes ${urlMaxCharacters} characters, and ${longestPath.length} are needed behind it.`,
      )
    return url.origin
  }
}

/** Can Cardzo call back to the port of this address? */
export function isCallbackAble(url: URL): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return callbackPorts[url.protocol]?.includes(port) ?? false
}

function isListenAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
}
