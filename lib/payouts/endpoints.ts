/** Cardzo's endpoints: where payouts are sent, and which of them a new payout goes to. */
import type { PayoutSource } from './policy.ts'

/** The number of the endpoint that the environment variables name. Every installation has it. */
export const environmentEndpoint = 1

/** A field that the bank behind an endpoint requires, and how people are asked for it; null: as usual. */
export type EndpointField = {
  /** As Cardzo calls it. */
  name: string
  label: string | null
  hint: string | null
  /** Both in Russian, where they were given; otherwise the ones above are for everybody. */
  ru?: { label: string | null; hint: string | null }
  /** A regular expression that the whole value must match, as in HTML. */
  pattern: string | null
}

export type Endpoint = {
  id: number
  /** How people here call it. */
  name: string
  source: 'environment' | 'desk'
  kind: 'endpoint' | 'group'
  /** Cardzo's number of it. */
  cardzoId: string
  /** The gateway's address with its path, without a trailing slash. */
  baseUrl: string
  login: string
  currencies: readonly string[]
  fields: readonly EndpointField[]
  /** `host` or `host:port`, lower-cased. */
  redirectHosts: readonly string[]
  /** For all workers together. */
  maxRequestsPerS: number
  /** The balance at Cardzo to ask for: its name, or `*` for whichever there are. Null: it isn't asked for. */
  balance: string | null
  /** Below this a balance counts as low: currency to minor units, as text because it travels as JSON. */
  lowMarks: Readonly<Record<string, string>>
  /** New payouts go only to active ones. Those on their way go on to their end. */
  active: boolean
  version: number
}

/** New payouts of this currency and source go to this endpoint; null: of any. */
export type EndpointRoute = {
  currency: string | null
  source: PayoutSource | null
  endpointId: number
}

export type EndpointBook = { endpoints: readonly Endpoint[]; routes: readonly EndpointRoute[] }

/** The currencies that active endpoints pay, each once, in the order of the endpoints. */
export const payableCurrencies = ({ endpoints }: EndpointBook): string[] => [
  ...new Set(endpoints.filter(({ active }) => active).flatMap(({ currencies }) => currencies)),
]

/**
 * The endpoint that a new payout goes to: of the first route that fits, else the first active one that pays the currency. Null: none does.
 * A route to an inactive endpoint, or to one that doesn't pay the currency, fits nothing.
 */
export function endpointFor(
  { endpoints, routes }: EndpointBook,
  { currency, source }: { currency: string; source: PayoutSource },
): Endpoint | null {
  const able = endpoints.filter((one) => one.active && one.currencies.includes(currency))
  for (const route of routes) {
    const fits =
      (route.currency === null || route.currency === currency) &&
      (route.source === null || route.source === source)
    const endpoint = fits && able.find(({ id }) => id === route.endpointId)
    if (endpoint) return endpoint
  }
  return able[0] ?? null
}

/** The names of the fields that it requires. */
export const fieldNames = ({ fields }: { fields: readonly { name: string }[] }): string[] =>
  fields.map(({ name }) => name)

/** The endpoints whose control value a callback was signed with. */
export const signersOf = ({ signedBy }: { signedBy?: readonly number[] }): readonly number[] =>
  signedBy ?? [environmentEndpoint]
