import { z } from 'zod'
import { displayAmount } from '#lib/payouts/money.ts'
import { roles } from '#lib/payouts/permissions.ts'
import { titleOf } from '#lib/payouts/text.ts'
import { audit as english } from '#lib/words/en/audit.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import type { Words } from '#lib/words/words.ts'

const isKind = (kind: string): kind is keyof (typeof english)['kind'] => Object.hasOwn(english.kind, kind)
const isFact = (name: string): name is keyof (typeof english)['fact'] => Object.hasOwn(english.fact, name)

/** What was done. A kind of an earlier version, which has no words any more, is shown by its name. */
export const kindText = (t: Words<'audit'>, kind: string): string =>
  isKind(kind) ? t(`kind.${kind}`) : titleOf(kind)

/** "approvalsVoided" without words of its own reads "approvals voided". */
export const factText = (t: Words<'audit'>, name: string): string =>
  isFact(name) ? t(`fact.${name}`) : name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** What is known of an act; an amount in the smallest unit and its currency are one fact. */
export function factsOf(locale: Locale, data: Record<string, unknown>): [name: string, value: unknown][] {
  const { amountMinor, currency, ...rest } = data
  const isMoney = /^-?\d+$/.test(String(amountMinor)) && typeof currency === 'string'
  const money = isMoney
    ? { amount: moneyText(locale, displayAmount(BigInt(String(amountMinor)), currency)) }
    : { amountMinor, currency }
  return Object.entries({ ...money, ...rest }).filter(([, value]) => value !== null && value !== undefined)
}

const isProof = (value: string): value is keyof (typeof english)['proof'] =>
  Object.hasOwn(english.proof, value)
const dayMs = 24 * 60 * 60_000

type Readers = { t: Words<'audit'>; site: Words<'site'>; locale: Locale }

/** What a fact is, in words where there are some; what has none, as JSON. */
export function valueText({ t, site, locale }: Readers, name: string, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (name === 'expiresInMs' && typeof value === 'number') return String(Math.round(value / dayMs))
  if (typeof value === 'string') {
    const role = roles.find((one) => one === value)
    if (role) return site(`role.${role}`)
    return name === 'by' && isProof(value) ? t(`proof.${value}`) : value
  }
  if (Array.isArray(value) && value.length > 0) {
    if (value.every((one) => typeof one === 'string')) return value.join(', ')
    const sums = z.array(z.object({ amountMinor: z.coerce.bigint(), currency: z.string() })).safeParse(value)
    if (sums.success)
      return sums.data
        .map(({ amountMinor, currency }) => moneyText(locale, displayAmount(amountMinor, currency)))
        .join(', ')
  }
  return JSON.stringify(value)
}
