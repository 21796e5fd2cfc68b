/** The one way a payout comes into being; the API, the receiver's form and the desk each translate into it. */
import { createHash, randomUUID } from 'node:crypto'
import { readPayoutRequest } from '#lib/contract/payout.ts'
import type { PayoutRequest } from '#lib/contract/payout.ts'
import { describeField, lastFour, receiverFields } from '#lib/payouts/fields.ts'
import { askableText } from '#lib/payouts/holding.ts'
import { amountProblemText, displayAmount, parseAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyDestination } from '#lib/services/destination/account-number.ts'
import { draftDestination } from '#lib/services/destination/new-destination.ts'
import { mayComeBack } from '#lib/services/destination/unreadable.ts'
import type {
  Config,
  Deps,
  DestinationDraft,
  NewPayout,
  Payout,
  PayoutSource,
  Receiver,
} from '#lib/services/ports.ts'
import { contentHash, requestPlace } from './content-hash.ts'
import { hashToken, returnToken, statusToken } from './links.ts'
import { refuseMismatch } from './receiver-mismatch.ts'

export type Intent = {
  source: PayoutSource
  /** Names the wish for ever: the same key is the same payout. Already scoped (`api:…`, `form:<user>:<form>`). */
  key: string
  body: unknown
  ipAddress: string | null
  /** The payout that is asked for again: its reserve and the source it was judged by go over to the new one. */
  replaces?: Pick<Payout, 'id' | 'judgedSource' | 'reserves'>
  /** The receiver's saved destination that it came from. */
  destinationId?: string | null
  /** What was typed is a new destination of this receiver, saved with the payout. */
  savesFor?: Receiver
  /** What is wrong beside the body; an intent that was stored before is found all the same. */
  problems?: InputProblem[]
}

export type Accepted = { ok: true; replayed: boolean; payout: Payout }
type Reason =
  | 'invalid_request'
  | 'idempotency_key_reused'
  | 'receiver_mismatch'
  | 'limit_exceeded'
  | 'insufficient_balance'
  | 'unavailable'

/**
 * Looks the key up first, so that a replay survives changes of configuration; only then validates and stores.
 * Nothing is stored and no key is used up by a refused request.
 */
export async function acceptRequest(
  deps: Deps,
  actor: Actor,
  intent: Intent,
): Promise<Accepted | Refusal<Reason>> {
  const body = readRequest(deps.config, intent)
  const earlier = await deps.payouts.findByIdempotencyKey(intent.key)
  if (earlier) return replay(deps, earlier, body.data)
  if (!body.data) return refuse('invalid_request', { errors: body.errors })

  const errors = intent.problems ?? [...body.errors, ...problemsOf(deps.config, body.data, intent.ipAddress)]
  if (errors.length > 0) return refuse('invalid_request', { errors })

  const { currency } = body.data
  const [policy, settings] = await Promise.all([deps.policy.active(), deps.settings.read()])
  const { limits } = currencyPolicy(policy.body, currency)
  const judgedSource = intent.replaces?.judgedSource ?? intent.source
  // The merchant vouches for what its systems and its clerks ask for.
  const required = judgedSource === 'browser' ? settings.requireBalance : settings.requireBalanceMerchant
  const draft = draftOf(deps, actor, intent, body.data, {
    policyVersion: policy.version,
    judgedSource,
    reserves: required || (intent.replaces?.reserves ?? false),
  })
  const most = limitMinor(limits.payout, currency)
  if (most !== null && draft.amountMinor > most)
    return refuse('limit_exceeded', { detail: `At most ${displayAmount(most, currency)} in one payout.` })
  const saves = await savedWith(deps, actor, intent, body.data)
  const stored = await deps.payouts.create({ ...draft, saves }, actor, [], {
    dayMinor: limitMinor(limits.receiverDay, currency),
    monthMinor: limitMinor(limits.receiverMonth, currency),
  })
  switch (stored.kind) {
    case 'receiver_mismatch':
      return refuseMismatch(deps, body.data.receiver)
    case 'limit_exceeded':
      return refuse('limit_exceeded', { detail: leftOf(stored, currency) })
    case 'insufficient_balance':
      return refuse('insufficient_balance', {
        detail: askableText(stored, currency),
      })
    case 'existing':
      return replay(deps, stored.payout, body.data)
    case 'created':
      return { ok: true, replayed: false, payout: stored.payout }
  }
}

/** A well-formed request, its account numbers tidied, and what is wrong with it so far; null when it has another shape. */
function readRequest(config: Config, intent: Intent): { data: PayoutRequest | null; errors: InputProblem[] } {
  const parsed = readPayoutRequest(intent.body)
  if (!parsed.success)
    return { data: null, errors: withRest(config, intent, parsed.error.issues.flatMap(describeIssue)) }
  const { destination, problems } = tidyDestination(parsed.data.destination)
  return { data: { ...parsed.data, destination }, errors: problems }
}

/**
 * Everything that is wrong with a request that does not even have its shape: also what this installation would say of the parts that do,
 * so that nobody mends one thing only to be told of the next. Each path is told of once.
 */
function withRest(
  config: Config,
  { body, ipAddress, problems }: Intent,
  found: InputProblem[],
): InputProblem[] {
  const parts = readable(body)
  const rest = problems ?? [
    ...tidyDestination(parts.destination).problems,
    ...problemsOf(config, parts, ipAddress),
  ]
  const told = new Set(found.map(({ path }) => path))
  const isPartOf = (path: string) => [...told].some((one) => one === path || path.startsWith(`${one}.`))
  return [...found, ...rest.filter(({ path }) => !isPartOf(path))]
}

/** The parts of a request that have the shape they must have; the others were told of. */
function readable(body: unknown): PayoutRequest {
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

async function savedWith(
  deps: Deps,
  actor: Actor,
  { savesFor }: Intent,
  { destination }: PayoutRequest,
): Promise<DestinationDraft | null> {
  if (!savesFor || actor.kind !== 'user') return null
  return draftDestination(deps, actor, { receiver: savesFor, fields: destination })
}

const periods = { receiver_day: 'today', receiver_month: 'this month' } as const

const leftOf = ({ which, leftMinor }: { which: keyof typeof periods; leftMinor: bigint }, currency: string) =>
  `At most ${displayAmount(leftMinor, currency)} more ${periods[which]} (UTC).`

function replay(
  { vault }: Pick<Deps, 'vault'>,
  earlier: Payout,
  request: PayoutRequest | null,
): Accepted | Refusal<Reason> {
  // Nobody can tell yet whether it is the same request; once the key is back the answer is right.
  if (mayComeBack(earlier.destinationTrouble)) return refuse('unavailable')
  if (!request || requestHash(request) !== vault.open(earlier.requestHash, requestPlace(earlier.id)))
    return refuse('idempotency_key_reused', { payoutId: earlier.id })
  return { ok: true, replayed: true, payout: earlier }
}

/** Derived from the key alone, so that even a row lost with a backup leads to the same order at Cardzo. 5 bits a letter: 160 bits. */
export function deriveClientOrderId(key: string): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  const bytes = createHash('sha256').update(key).digest().subarray(0, 32)
  return `po-${Array.from(bytes, (byte) => alphabet[byte % 32] ?? '').join('')}`
}

/** Does this id look as if it was derived above? No other system's would: 32 letters of our alphabet behind our prefix. */
export const isOurForm = (clientOrderId: string): boolean => /^po-[a-z2-7]{32}$/.test(clientOrderId)

/**
 * Equal for equal wishes: key order, white space and trailing zeros of the amount do not matter. Kept sealed: whoever has it and the rest of
 * the row can try account numbers out.
 */
export function requestHash(request: PayoutRequest): string {
  const amount = parseAmount(request.amount, request.currency)
  const canonical = { ...request, amount: amount.ok ? amount.amountMinor.toString() : request.amount }
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(canonical)))
    .digest('hex')
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}

/** All that this installation finds wrong with a well-formed request, each problem at its path. */
export function problemsOf(config: Config, request: PayoutRequest, ipAddress: string | null): InputProblem[] {
  const problems: InputProblem[] = []
  if (!config.currencies.includes(request.currency))
    problems.push({ path: 'currency', message: `Choose one of ${config.currencies.join(', ')}.` })
  const amount = parseAmount(request.amount, request.currency)
  if (!amount.ok)
    problems.push({ path: 'amount', message: amountProblemText(amount.problem, request.amount) })
  return [...problems, ...destinationProblems(config, request, ipAddress)]
}

/** The same for where it goes. */
export function destinationProblems(
  config: Config,
  request: Pick<PayoutRequest, 'destination' | 'receiver'>,
  ipAddress: string | null,
): InputProblem[] {
  const problems: InputProblem[] = []
  for (const name of Object.keys(request.destination))
    if (!config.requiredFields.includes(name))
      problems.push({
        path: `destination.${name}`,
        message: 'This field is not used by the bank behind this endpoint.',
      })
  const fields = gatewayFields(config, request, ipAddress)
  for (const name of config.requiredFields) {
    const value = fields[name]
    const { label, maxLength } = describeField(name)
    if (value === undefined) problems.push({ path: pathOf(name), message: `${label} is required.` })
    else if (value.length > maxLength)
      problems.push({ path: pathOf(name), message: `${label} may have at most ${maxLength} characters.` })
  }
  return problems
}

const pathOf = (name: string) => `destination.${name}`

/** The required fields as they will be sent: the destination's own, else the receiver's, else his address. Nothing empty. */
function gatewayFields(
  config: Config,
  request: Pick<PayoutRequest, 'destination' | 'receiver'>,
  ipAddress: string | null,
): Record<string, string> {
  const own: Partial<Record<string, string>> = {}
  for (const [field, property] of Object.entries(receiverFields)) {
    const value = request.receiver[property]
    if (value !== undefined) own[field] = value
  }
  if (ipAddress !== null) own['ipaddress'] = ipAddress
  return Object.fromEntries(
    config.requiredFields.flatMap((name) => {
      const value = request.destination[name] ?? own[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

function draftOf(
  { config, vault }: Pick<Deps, 'config' | 'vault'>,
  actor: Actor,
  intent: Intent,
  request: PayoutRequest,
  rules: Pick<NewPayout, 'policyVersion' | 'judgedSource' | 'reserves'>,
): NewPayout {
  const id = randomUUID()
  const amount = parseAmount(request.amount, request.currency)
  if (!amount.ok) throw new Error('Bug: an unvalidated amount')
  const destination = gatewayFields(config, request, intent.ipAddress)
  const account = destination['account_number']
  const clientOrderId = deriveClientOrderId(intent.key)
  const { externalId } = request.receiver
  const { currency } = request
  const content = { id, clientOrderId, amountMinor: amount.amountMinor, currency, receiver: { externalId } }
  return {
    ...rules,
    id,
    contentHash: contentHash(vault, { ...content, destination }),
    destinationId: intent.destinationId ?? null,
    amountMinor: amount.amountMinor,
    currency,
    description: request.description ?? null,
    metadata: request.metadata,
    destination,
    accountLast4: account === undefined ? null : lastFour(account),
    ipAddress: intent.ipAddress,
    source: intent.source,
    requestedById: actor.kind === 'user' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    idempotencyKey: intent.key,
    requestHash: vault.seal(requestHash(request), requestPlace(id)),
    replacesId: intent.replaces?.id ?? null,
    clientOrderId,
    receiver: {
      externalId,
      email: request.receiver.email ?? null,
      firstName: request.receiver.firstName ?? null,
      lastName: request.receiver.lastName ?? null,
    },
    statusTokenHash: hashToken(statusToken(config, id)),
    returnTokenHash: hashToken(returnToken(config, id)),
  }
}

/** A known receiver as a request names him. */
export const requestReceiver = ({ externalId, email, firstName, lastName }: Receiver) => ({
  externalId,
  ...(email !== null && { email }),
  ...(firstName !== null && { firstName }),
  ...(lastName !== null && { lastName }),
})

/** Where and why, for each thing that a schema found wrong. */
export function describeIssue(issue: {
  path: PropertyKey[]
  message: string
  code: string
  keys?: string[]
}): InputProblem[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field.' }))
  return [{ path: path.join('.'), message: issue.message }]
}
