/** Account numbers as they are sent: without what pasting brings along, and an IBAN only if its check digits are right. Pure. */
import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from 'ibantools'
import { accountFields } from '#lib/payouts/fields.ts'
import { plainDigits } from '#lib/payouts/typed-amount.ts'
import type { InputProblem, Said } from '#lib/payouts/input-problems.ts'

/**
 * Removes blanks and invisible characters, and turns all digits into plain ones and all hyphens into "-". An IBAN (recognised by its
 * country's length) comes back in capitals without hyphens; a local number keeps its hyphens.
 */
export function tidyAccountNumber(typed: string): string {
  const local = plainDigits(
    typed
      .normalize('NFKC')
      .replaceAll(/[\p{Z}\t\n\r\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
      .replaceAll(/[\p{Pd}\u2212]/gu, '-'),
  )
  const iban = local.replaceAll('-', '').toUpperCase()
  return hasIbanShape(iban) ? iban : local
}

const hasIbanShape = (text: string): boolean =>
  /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) && countrySpecs[text.slice(0, 2)]?.chars === text.length

/** What is wrong with a tidied account number, or undefined. */
export function accountNumberProblem(account: string): Said | undefined {
  if (!/[\p{L}\p{N}]/u.test(account) || !/^[\p{L}\p{M}\p{N}\-./_@+:]+$/u.test(account))
    return { code: 'notAnAccount' }
  if (!hasIbanShape(account)) return undefined
  // Not every bank keeps to its country's own check digits inside the IBAN.
  const wrong = validateIBAN(account).errorCodes.some(
    (code) => code !== ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
  )
  return wrong ? { code: 'ibanTypo' } : undefined
}

/** A destination with tidied account numbers, and what is wrong with them, by path below `destination`. */
export function tidyDestination(given: Readonly<Record<string, string>>): {
  destination: Record<string, string>
  problems: InputProblem[]
} {
  const problems: InputProblem[] = []
  const entries = Object.entries(given).map(([name, value]): [string, string] => {
    if (!accountFields.includes(name)) return [name, value]
    const account = tidyAccountNumber(value)
    const said = accountNumberProblem(account)
    if (said) problems.push({ path: `destination.${name}`, said })
    return [name, account]
  })
  return { destination: Object.fromEntries(entries), problems }
}
