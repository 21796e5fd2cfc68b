/** The gateway: its address, our endpoint, login and keys there, and how fast we ask. */
import { z } from 'zod'
import { assertPrivateKey, isLoopbackHost } from '#lib/cardzo/index.ts'
import { fieldProblem } from '#lib/payouts/fields.ts'
import { balanceNameMax, readLowMarks } from '#lib/payouts/merchant-balance.ts'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { anyPositiveMs, list, needed, readText, unreadableFile, wholeNumber, wrong } from './reading.ts'
import type { Read, Role, Variables } from './reading.ts'

export const cardzoVariables = (loopback: boolean, role: Role) => ({
  CARDZO_API_URL: z
    .string(needed('Set it to the gateway address with its path, e.g. https://sandbox.example/paynet.'))
    .transform(gatewayUrl),
  CARDZO_LOGIN: z.string(needed('Set it to the merchant login.')).trim(),
  CARDZO_MERCHANT_CONTROL:
    role === 'command'
      ? z.string().optional()
      : z.string(needed('Set it to the merchant control key.')).trim(),
  CARDZO_MERCHANT_CONTROL_NEXT: z.string().trim().optional(),
  CARDZO_CURRENCIES: list((code) => (isCurrencyCode(code) ? undefined : 'is not a currency code such as EUR'))
    .refine((codes) => codes.length > 0, 'names no currency. Write e.g. EUR,USD.')
    .optional()
    .transform((codes, context) => {
      if (codes) return codes
      context.addIssue({
        code: 'custom',
        message: 'is missing. List the currencies this endpoint pays, e.g. EUR,USD.',
      })
      return z.NEVER
    }),
  CARDZO_REQUIRED_FIELDS: list(fieldProblem)
    .optional()
    .transform((names, context) => {
      if (names) return names
      context.addIssue({
        code: 'custom',
        message:
          'is missing. List the fields your bank requires, e.g. account_number,bank_name, or set it to nothing.',
      })
      return z.NEVER
    }),
  CARDZO_REDIRECT_HOSTS: list((host) => (isHost(host) ? undefined : 'is not host or host:port'))
    .transform((hosts) => hosts.map((host) => host.toLowerCase()))
    .default([]),
  CARDZO_POLL_INTERVAL_MS: (loopback
    ? anyPositiveMs
    : wholeNumber(3000, 5000, 'from 3000 to 5000 milliseconds')
  ).default(4000),
  CARDZO_TIMEOUT_MS: (loopback
    ? anyPositiveMs
    : // Nothing real answers within a second, and after more than two minutes a lease would block a payout for too long.
      wholeNumber(1000, 120_000, 'from 1000 to 120000 milliseconds')
  ).default(30_000),
  CARDZO_BALANCE: z
    .string()
    .trim()
    .max(balanceNameMax, 'is longer than Cardzo’s names of balances')
    .optional(),
  CARDZO_BALANCE_LOW: z
    .string()
    .default('')
    .transform((text, context) => {
      const marks = readLowMarks(text)
      if (marks) return marks
      context.addIssue({ code: 'custom', message: 'must be a list such as EUR:1000,USD:500' })
      return z.NEVER
    }),
  CARDZO_MAX_REQUESTS_PER_S: wholeNumber(1, 10_000, 'a whole number from 1 to 10000').default(100),
})

function gatewayUrl(text: string, context: z.RefinementCtx): string {
  const add = (message: string) => context.addIssue({ code: 'custom', message })
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    add('must be an address such as https://sandbox.example/paynet')
    return z.NEVER
  }
  if (url.username || url.password) add('must not contain a user or password')
  if (url.search || url.hash) add('must end with its path')
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
    add('must be https (http is for a gateway on this machine only)')
  return url.href.replace(/\/+$/, '')
}

function isHost(text: string): boolean {
  if (!/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/i.test(text)) return false
  return URL.canParse(`https://${text}`)
}

export type Endpoint = { id: string } | { groupId: string }

export function readEndpoint(variables: Variables): Read<Endpoint> {
  const id = variables['CARDZO_ENDPOINT_ID']?.trim()
  const groupId = variables['CARDZO_ENDPOINT_GROUP_ID']?.trim()
  const both = 'CARDZO_ENDPOINT_ID or CARDZO_ENDPOINT_GROUP_ID'
  if ((id === undefined) === (groupId === undefined))
    return wrong(
      both,
      id === undefined
        ? 'is missing. Set exactly one of the two.'
        : 'are both set. Set exactly one of the two.',
    )
  const number = id ?? groupId ?? ''
  if (!/^\d{1,19}$/.test(number))
    return wrong(
      id === undefined ? 'CARDZO_ENDPOINT_GROUP_ID' : 'CARDZO_ENDPOINT_ID',
      'must be the number Cardzo gave you',
    )
  return { ok: true, value: id === undefined ? { groupId: number } : { id: number } }
}

/** The key that signs requests, in one line or from a file. */
export function readKey(variables: Variables): Read<string> {
  const inline = variables['CARDZO_PRIVATE_KEY']
  const file = variables['CARDZO_PRIVATE_KEY_FILE']
  const both = 'CARDZO_PRIVATE_KEY or CARDZO_PRIVATE_KEY_FILE'
  if ((inline === undefined) === (file === undefined))
    return wrong(
      both,
      inline === undefined
        ? 'is missing. Set one of the two to an RSA key.'
        : 'are both set. Set exactly one of the two.',
    )
  const name = file === undefined ? 'CARDZO_PRIVATE_KEY' : 'CARDZO_PRIVATE_KEY_FILE'
  // A key on one line of an .env file commonly has its line ends written as \n.
  const pem = file === undefined ? inline?.replaceAll('\\n', '\n') : readText(file)
  if (pem === undefined) return wrong(name, unreadableFile)
  try {
    assertPrivateKey(pem)
    return { ok: true, value: pem }
  } catch (error) {
    return wrong(name, error instanceof Error ? error.message : 'cannot be used')
  }
}
