/**
 * Names that are part of the contract (docs/contract.md), because other programs and tests look for them: English in every language.
 * Put `lang="en"` on the element, so that it is read aloud as English.
 */
export const fixedNames = {
  continueToBank: 'Continue to your bank',
  amount: 'Amount',
  currency: 'Currency',
  requestWithdrawal: 'Request withdrawal',
  email: 'Email',
  password: 'Password',
  signIn: 'Sign in',
  approve: 'Approve',
  reject: 'Reject',
  reason: 'Reason',
} as const

/** Does this label stay English on a page in another language? */
export const isFixedName = (label: string): boolean => (Object.values(fixedNames) as string[]).includes(label)
