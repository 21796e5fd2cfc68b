/** The endpoints as this installation has them now, that of the environment first. From memory. */
import { endpointFor, environmentEndpoint, fieldNames, payableCurrencies } from '#lib/payouts/endpoints.ts'
import type { Endpoint, EndpointBook, EndpointField } from '#lib/payouts/endpoints.ts'
import type { PayoutSource } from '#lib/payouts/policy.ts'
import type { Config, Deps } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'

type Asked = Pick<Deps, 'endpoints' | 'config'>

/** Of the endpoint that the environment names, the environment is the truth; only whether it is active is decided on the desk. */
export async function endpointBook(deps: Asked): Promise<EndpointBook> {
  const { endpoints, routes } = await deps.endpoints.book()
  const own = endpoints.find(({ id }) => id === environmentEndpoint)
  const others = endpoints.filter(({ id }) => id !== environmentEndpoint)
  return { endpoints: [environmentOwn(deps.config, own), ...others], routes }
}

/** `row`: what a worker has written of it, if one has started yet. */
function environmentOwn(config: Config, row: Endpoint | undefined): Endpoint {
  const [kind, cardzoId = ''] = config.endpoint.startsWith('group/')
    ? (['group', config.endpoint.slice('group/'.length)] as const)
    : (['endpoint', config.endpoint] as const)
  return {
    id: environmentEndpoint,
    name: row?.name ?? config.endpoint,
    source: 'environment',
    kind,
    cardzoId,
    baseUrl: row?.baseUrl ?? '',
    login: row?.login ?? '',
    currencies: config.currencies,
    fields: config.requiredFields.map((name) => ({ name, label: null, hint: null, pattern: null })),
    redirectHosts: row?.redirectHosts ?? [],
    maxRequestsPerS: row?.maxRequestsPerS ?? 1,
    balance: row?.balance ?? null,
    lowMarks: row?.lowMarks ?? {},
    active: row?.active ?? true,
    version: row?.version ?? 0,
  }
}

/** The currencies that can be paid now. */
export const currenciesPaid = async (deps: Asked): Promise<string[]> =>
  payableCurrencies(await endpointBook(deps))

/** What a form asks for before the currency is known: every field that an active endpoint requires, and those that all of them do. */
export async function fieldsAsked(deps: Asked): Promise<{ fields: string[]; always: string[] }> {
  const { endpoints } = await endpointBook(deps)
  const each = endpoints.filter(({ active }) => active).map(fieldNames)
  const fields = [...new Set(each.flat())]
  return { fields, always: fields.filter((name) => each.every((names) => names.includes(name))) }
}

/** What people read beside a field; null: what we say ourselves, or nothing. */
export type FieldWords = Readonly<Record<string, { label: string | null; hint: string | null }>>

/** Labels and hints that admins gave the fields. Where endpoints say different things of one field, the first active one counts. */
export async function fieldWords(deps: Asked, locale: Locale): Promise<FieldWords> {
  const { endpoints } = await endpointBook(deps)
  const fields = endpoints.filter(({ active }) => active).flatMap((one) => one.fields)
  const wordsOf = ({ label, hint, ru }: EndpointField) => ({
    label: (locale === 'ru' ? ru?.label : null) ?? label,
    hint: (locale === 'ru' ? ru?.hint : null) ?? hint,
  })
  const said = fields.map((field) => [field.name, wordsOf(field)] as const)
  // The last one wins in an object.
  return Object.fromEntries(
    said.filter(([, { label, hint }]) => label !== null || hint !== null).toReversed(),
  )
}

/** What a request is judged by: the currencies there are, and the fields of the endpoint it would go to (null: none pays the currency). */
export async function judgedBy(
  deps: Asked,
  { currency, source }: { currency: unknown; source: PayoutSource },
): Promise<{
  endpoint: Endpoint | null
  currencies: string[]
  requiredFields: string[]
  allowedFields: string[]
  patterns: Record<string, string>
}> {
  const book = await endpointBook(deps)
  const endpoint = typeof currency === 'string' ? endpointFor(book, { currency, source }) : null
  const requiredFields = endpoint ? fieldNames(endpoint) : [...deps.config.requiredFields]
  // A form asks for the fields of all endpoints, because it doesn't know the currency yet; what this one doesn't need is left out.
  const allowedFields =
    source === 'api' ? requiredFields : [...requiredFields, ...(await fieldsAsked(deps)).fields]
  const patterns = Object.fromEntries(
    (endpoint?.fields ?? []).flatMap(({ name, pattern }) => (pattern === null ? [] : [[name, pattern]])),
  ) as Record<string, string>
  return { endpoint, currencies: payableCurrencies(book), requiredFields, allowedFields, patterns }
}
