/** Payouts as rows of a file: the columns of the screen, each with all that it stands for there. */
import type { Cell } from '#lib/contract/spreadsheet.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import { fullName } from '#lib/payouts/receiver-name.ts'
import { statusWords } from '#lib/payouts/words.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { listColumns } from './list-columns.ts'
import type { ListColumn } from './list-columns.ts'

/** Names of people and API keys by id, of endpoints by number. */
export type Names = {
  people: ReadonlyMap<string, string>
  keys: ReadonlyMap<string, string>
  endpoints: ReadonlyMap<number, string>
}

export async function namesFor(deps: Pick<Deps, 'people' | 'keys' | 'endpoints'>): Promise<Names> {
  const { people, keys } = deps
  const [users, apiKeys, { endpoints }] = await Promise.all([
    people.listUsers(),
    keys.list(),
    deps.endpoints.book(),
  ])
  return {
    people: new Map(users.map(({ id, name }) => [id, name])),
    keys: new Map(apiKeys.map(({ id, name }) => [id, name])),
    endpoints: new Map(endpoints.map(({ id, name }) => [id, name])),
  }
}

type World = { names: Names; t: Words<'csv'> }
type FileColumn = (payout: Payout, world: World) => Cell | null

/** Times are UTC, and their heads say so. Statuses and the like are the words of the API, for other programs. */
const fileColumns = {
  id: ({ id }) => id,
  created_at_utc: ({ createdAt }) => createdAt.toISOString(),
  status: ({ status }) => status,
  status_since_utc: ({ stageSince }) => stageSince.toISOString(),
  turn: ({ status }) => statusWords[status].turn,
  amount: ({ amountMinor, currency }) => ({ amount: formatAmount(amountMinor, currency) }),
  currency: ({ currency }) => currency,
  receiver_external_id: ({ receiver }) => receiver.externalId,
  receiver_name: ({ receiver }) => fullName(receiver),
  receiver_email: ({ receiver }) => receiver.email,
  bank: ({ destination }) => destination['bank_name'] ?? null,
  account_last4: ({ accountLast4 }) => accountLast4,
  risk: ({ risk }) => risk?.level ?? null,
  source: ({ source }) => source,
  client_order_id: ({ clientOrderId }) => clientOrderId,
  order_id: ({ orderId }) => orderId,
  gateway_status: ({ gatewayStatus }) => gatewayStatus,
  requested_by: ({ requestedById, apiKeyId }, { names, t }) => {
    if (requestedById !== null) return names.people.get(requestedById) ?? requestedById
    if (apiKeyId === null) return null
    const key = names.keys.get(apiKeyId)
    return key === undefined ? apiKeyId : t('apiKey', { name: key })
  },
  approved_by: ({ policyNote, approvedById }, { names, t }) => {
    if (policyNote?.approved) return t('policy')
    return approvedById === null ? null : (names.people.get(approvedById) ?? approvedById)
  },
  description: ({ description }) => description,
  error_code: ({ gatewayCode }) => gatewayCode,
  failure_message: ({ failureMessage }) => failureMessage,
  endpoint: ({ endpointId }) => String(endpointId),
  endpoint_name: ({ endpointId }, { names }) => names.endpoints.get(endpointId) ?? null,
  final_at_utc: ({ finalAt }) => finalAt?.toISOString() ?? null,
} as const satisfies Record<string, FileColumn>

type FileColumnName = keyof typeof fileColumns

const behind: Record<ListColumn, readonly FileColumnName[]> = {
  created: ['created_at_utc'],
  receiver: ['receiver_external_id', 'receiver_name', 'receiver_email'],
  account: ['bank', 'account_last4'],
  status: ['status'],
  turn: ['turn'],
  age: ['status_since_utc'],
  amount: ['amount', 'currency'],
  risk: ['risk'],
  source: ['source', 'requested_by'],
  approver: ['approved_by'],
  id: [],
  order: ['order_id', 'gateway_status'],
  client_order: ['client_order_id'],
  description: ['description'],
  code: ['error_code', 'failure_message'],
  endpoint: ['endpoint', 'endpoint_name'],
  ended: ['final_at_utc'],
}

/** The heads of a file with these columns of the list, and its rows. The payout's id always comes first. */
export function fileOf(columns: readonly ListColumn[], names: Names, locale: Locale) {
  const t = wordsFor(locale, 'csv')
  const chosen: FileColumnName[] = ['id', ...columns.flatMap((column) => behind[column])]
  return {
    heads: chosen.map((name) => t(`payout.${name}`)),
    row: (payout: Payout): Cell[] =>
      chosen.map((name) => {
        const column: FileColumn = fileColumns[name]
        return column(payout, { names, t }) ?? ''
      }),
  }
}

/** What an address says of columns, as those that there are. */
export const readColumns = (names: readonly string[]): ListColumn[] =>
  names.flatMap((name) => listColumns.find((column) => column === name) ?? [])
