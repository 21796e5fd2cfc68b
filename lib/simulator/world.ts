import type { KeyObject } from 'node:crypto'
import type { Balances } from './balances.ts'
import type { CallbackDeps } from './callbacks.ts'
import type { Faults } from './faults.ts'
import type { Choices } from './scenario-choice.ts'

/** The one merchant that the simulator serves. */
export type Merchant = {
  readonly login: string
  readonly publicKey: KeyObject
  readonly control: string
  /** Which endpoint or group answers; `null`: any number does. */
  readonly endpoint: { readonly id: string } | { readonly groupId: string } | null
  /** What the bank behind the endpoint requires in a payout-check, beyond the fields that are always needed. */
  readonly requiredFields: readonly string[]
}

/** Everything a route may need. One per running simulator, so that tests can run several. */
export type World = CallbackDeps & {
  readonly merchant: Merchant
  /** `/paynet` or whatever the gateway's base path is; never ends in a slash. */
  readonly basePath: string
  readonly faults: Faults
  readonly choices: Choices
  readonly balances: Balances
  /** Nonces seen, with the time after which they may be forgotten. */
  readonly nonces: Map<string, number>
}
