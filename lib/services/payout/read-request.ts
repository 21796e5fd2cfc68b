/** Reads a request for a payout: its shape, its amount, and everything that is wrong with it. */
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { readPayoutRequest } from '#lib/contract/payout.ts'
import type { PayoutRequest } from '#lib/contract/payout.ts'
import { moneyProblems, parseAmount } from '#lib/payouts/money.ts'
import type { ReadAmount } from '#lib/payouts/money.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { tidyDestination } from '#lib/services/destination/account-number.ts'
import type { Config, ListedSource, Payout, Receiver } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { destinationProblems } from './required-fields.ts'
import type { FieldRules } from './required-fields.ts'

export type Intent = {
  source: ListedSource
  /** The idempotency key, already scoped: `api:…`, `form:<user>:<form>`. */
  key: string
  body: unknown
  ipAddress: string | null
  /** The language they ask in. Not in the body, so that the same form sent again in another language is the same request. */
  locale?: Locale
  /** The payout that this one retries; passes on its reserve and the source it was judged by. */
  replaces?: Pick<Payout, 'id' | 'judgedSource' | 'reserves'>
  /** The receiver's saved destination that it came from. */
  destinationId?: string | null
  /** What was typed becomes a saved destination of this receiver, together with the payout. */
  savesFor?: Receiver
  /** What is known to be wrong, in place of what reading finds. A replay is still recognised. */
  problems?: InputProblem[]
}

/** A request, and its amount as a number: it is parsed here and nowhere else. */
export type ReadRequest = { request: PayoutRequest; amount: ReadAmount }

export const readRequest = (request: PayoutRequest): ReadRequest => ({
  request,
  amount: parseAmount(request.amount, request.currency),
})

/**
 * The request, or null when the body has another shape, and everything that is wrong with it. A body of another shape is also told
 * what this installation would say about its readable parts, so that nobody fixes one problem only to meet the next.
 */
export function readBody(
  config: Pick<Config, 'currencies'> & FieldRules,
  { body, ipAddress, problems }: Pick<Intent, 'body' | 'ipAddress' | 'problems'>,
): { read: ReadRequest | null; errors: InputProblem[] } {
  const parsed = readPayoutRequest(body)
  const { destination, ...rest } = parsed.success ? parsed.data : readableParts(body)
  const tidied = tidyDestination(destination)
  const read = readRequest({ ...rest, destination: tidied.destination })
  const further = problems ?? [...tidied.problems, ...problemsOf(config, read, ipAddress)]
  if (parsed.success) return { read, errors: further }
  const found = parsed.error.issues.flatMap(describeIssue)
  const told = new Set(found.map(({ path }) => path))
  const isTold = (path: string) => [...told].some((one) => one === path || path.startsWith(`${one}.`))
  return { read: null, errors: [...found, ...further.filter(({ path }) => !isTold(path))] }
}

/** The parts of a body that have the right shape; empty where they don't. */
function readableParts(body: unknown): PayoutRequest {
  const parts: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {}
  const textsOf = (value: unknown) =>
    Object.fromEntries(
      Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    )
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const { externalId = '', ...receiver } = textsOf(parts['receiver'])
  return {
    amount: text(parts['amount']),
    currency: text(parts['currency']),
    receiver: { externalId, ...receiver },
    destination: textsOf(parts['destination']),
    metadata: {},
  }
}

/** What this installation finds wrong with a well-formed request, each problem at its path. */
export const problemsOf = (
  config: Pick<Config, 'currencies'> & FieldRules,
  { request, amount }: ReadRequest,
  ipAddress: string | null,
): InputProblem[] => [
  ...moneyProblems(config.currencies, request, amount),
  ...destinationProblems(config, request, ipAddress),
]

/** A known receiver as a request names them. */
export const requestReceiver = ({ externalId, email, firstName, lastName }: Receiver) => ({
  externalId,
  ...(email !== null && { email }),
  ...(firstName !== null && { firstName }),
  ...(lastName !== null && { lastName }),
})
