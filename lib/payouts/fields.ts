/** The payout-check fields a bank may require of a receiver, by Cardzo's own names. */
import { titleOf } from './text.ts'

type Field = {
  /** What a person reads beside the input. */
  label: string
  maxLength: number
  /** Only the last four characters are ever shown. Also true of every field that the table below does not name. */
  masked?: true
  /** A number or code that identifies an account. Names and addresses are spelt in too many ways. */
  identifies?: true
  /** HTML autocomplete token, so that a phone can fill it in. */
  autocomplete?: string
}

const field = (label: string, maxLength: number, more: Omit<Field, 'label' | 'maxLength'> = {}): Field => ({
  label,
  maxLength,
  ...more,
})

const known = {
  account_number: field('Account number', 64, { masked: true, identifies: true }),
  bank_name: field('Bank name', 128),
  bank_branch: field('Bank branch', 128),
  bank_province: field('Bank province', 128),
  bank_city: field('Bank city', 128),
  bank_code: field('Bank code', 64, { identifies: true }),
  routing_number: field('Routing number', 64, { identifies: true }),
  first_name: field('First name', 50, { autocomplete: 'given-name' }),
  last_name: field('Last name', 50, { autocomplete: 'family-name' }),
  email: field('E-mail', 128, { autocomplete: 'email' }),
  phone: field('Phone', 32, { autocomplete: 'tel' }),
  purpose: field('Purpose', 128),
  ipaddress: field('IP address', 45),
} satisfies Record<string, Field>

/** Does the catalogue have a label for it (area `fields`)? */
export const isKnownField = (name: string): name is keyof typeof known => Object.hasOwn(known, name)

/** Refused: this portal pays to bank accounts and must not hold card numbers. */
const cardFields = ['credit_card_number', 'expire_month', 'expire_year', 'card_printed_name', 'cvv2']

/** Fields that we fill in ourselves, so nobody may require them. */
const ownFields = [
  'client_orderid',
  'orderid',
  'login',
  'amount',
  'currency',
  'order_desc',
  'server_callback_url',
  'notify_url',
  'redirect_url',
  'control',
]

/** Why a field may not be in CARDZO_REQUIRED_FIELDS, or undefined. */
export function fieldProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name))
    return 'is not a field name (lower-case letters, digits, underscore)'
  if (cardFields.includes(name)) return 'is a card field; this portal pays to bank accounts only'
  if (ownFields.includes(name)) return 'is filled in by the portal itself'
  return undefined
}

/**
 * How to show and bound a field. A name that is not in the table gets a readable label and is treated with care: as a number that
 * identifies an account and that nobody but Cardzo may see.
 */
export function describeField(name: string): Field {
  return isKnownField(name) ? known[name] : field(titleOf(name), 128, { masked: true, identifies: true })
}

/** Fields that hold an account number. */
export const accountFields: readonly string[] = ['account_number', 'iban']

/** Fields that come from the receiver's own record unless the destination names them. */
export const receiverFields = {
  first_name: 'firstName',
  last_name: 'lastName',
  email: 'email',
} as const

/** What forms fill in from the receiver's own record, by field name. */
export function knownOfReceiver(
  receiver: Readonly<Record<(typeof receiverFields)[keyof typeof receiverFields], string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(receiverFields).flatMap(([field, property]) => {
      const value = receiver[property]
      return value === null ? [] : [[field, value]]
    }),
  )
}

/** The last four letters and digits of an account number, but never more than half of it. */
export function lastFour(accountNumber: string): string {
  const bare = accountNumber.replaceAll(/[^\p{L}\p{N}]/gu, '')
  return bare.slice(-Math.min(4, Math.floor(bare.length / 2)))
}

/** A destination as people and machines may see it: masked fields carry `_last4` and nothing else. */
export function maskDestination(destination: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(destination).map(([name, value]) =>
      describeField(name).masked ? [`${name}_last4`, lastFour(value)] : [name, value],
    ),
  )
}
