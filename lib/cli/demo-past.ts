// The demo's sixty payouts with a past: every status, three receivers, three months. The same ids and amounts each time; times count
// from the day they are written. Nothing here is random but by a fixed seed.
import { createHash } from 'node:crypto'
import { lastFour } from '#lib/payouts/fields.ts'
import { exponentOf, formatAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approversNeeded, demandsOf } from '#lib/payouts/policy.ts'
import type { Policy, PayoutSource } from '#lib/payouts/policy.ts'
import type { PastGrant, PastPayout } from '#lib/runtime/demo-past.ts'
import { deriveClientOrderId } from '#lib/services/payout/client-order-id.ts'
import { contentHash } from '#lib/services/payout/content-hash.ts'
import { hashToken, returnToken, statusToken } from '#lib/services/payout/links.ts'
import { requestPlace } from '#lib/services/payout/request-hash.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import { pick, seeded, shuffled, uuidFrom } from './demo-random.ts'
import { open, tell } from './demo-tale.ts'
import type { Story } from './demo-tale.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How it ended, or where it is now, and how many of each: sixty. */
const stories: readonly { name: Story; count: number }[] = [
  { name: 'paid', count: 36 },
  { name: 'declined', count: 4 },
  { name: 'check_declined', count: 1 },
  { name: 'filtered', count: 2 },
  { name: 'failed', count: 2 },
  { name: 'rejected', count: 2 },
  { name: 'cancelled', count: 2 },
  { name: 'expired', count: 1 },
  { name: 'outcome_unknown', count: 1 },
  { name: 'processing', count: 1 },
  { name: 'action_required', count: 1 },
  { name: 'paying', count: 1 },
  { name: 'approved', count: 1 },
  { name: 'awaiting_approval', count: 2 },
  { name: 'checking', count: 1 },
  { name: 'requested', count: 1 },
  { name: 'half_approved', count: 1 },
]

/** Minutes since each was asked for. Young ones are not late yet when the demo starts. */
const agesOfOpen: Partial<Record<Story, number>> = {
  outcome_unknown: 190,
  processing: 12,
  action_required: 25,
  paying: 4,
  approved: 50,
  checking: 6,
  requested: 9,
  half_approved: 26 * 60,
}

/** Each receiver's accounts. The bank's name is what the demo's endpoint asks for beside the number. */
const accounts: Record<string, readonly { number: string; bank: string }[]> = {
  'ada@demo.example': [
    { number: 'DE89370400440532013000', bank: 'Example Bank' },
    { number: 'AT611904300234573201', bank: 'Alpine Credit' },
  ],
  'ben@demo.example': [
    { number: 'GB29NWBK60161331926819', bank: 'Harbour Savings' },
    { number: 'NL91ABNA0417164300', bank: 'Riverside Bank' },
  ],
  'chloe@demo.example': [
    { number: 'FR1420041010050500013M02606', bank: 'Example Bank' },
    { number: 'ES9121000418450200051332', bank: 'Riverside Bank' },
  ],
}

/** What the simulator must know, so that asking it about these payouts goes on as it would have. */
export type PastOrder = {
  orderId: string
  clientOrderId: string
  amount: string
  currency: string
  status: string
  stage: string
  form: boolean
  paid: boolean
  errorCode: string | null
  errorMessage: string | null
  callbackUrl: string
  redirectUrl: string
  accountLast4: string
  receiverName: string
}

export type DemoPeople = {
  receivers: readonly User[]
  approvers: readonly User[]
  clerk: User
  shop: Actor & { kind: 'api_key' }
}

export type DemoPast = { grants: PastGrant[]; payouts: PastPayout[]; orders: PastOrder[] }

/** Oldest first. `policy` is the one in force. */
export function demoPast(
  deps: Pick<Deps, 'vault' | 'config'>,
  people: DemoPeople,
  policy: { version: number; body: Policy },
  now = new Date(),
): DemoPast {
  const random = seeded(20261126)
  const names = shuffled(
    stories.flatMap(({ name, count }) => Array.from({ length: count }, () => name)),
    random,
  )
  const ended = names.filter((name) => !open.includes(name))
  const told = [
    ...ended.map((name, index) => ({
      name,
      ageMs: (89 - (87 * index) / ended.length) * day - random() * 6 * hour,
    })),
    ...names
      .filter((name) => open.includes(name))
      .map((name) => ({ name, ageMs: (agesOfOpen[name] ?? 60 + random() * 600) * minute })),
  ]
  const drafts = told
    .map(({ name, ageMs }, index) =>
      draftOf({ deps, people, policy, random, index, name, at: new Date(now.getTime() - ageMs), now }),
    )
    .sort((a, b) => a.payout.createdAt.getTime() - b.payout.createdAt.getTime())
  return {
    payouts: drafts.map(({ payout }) => payout),
    orders: drafts.flatMap(({ order }) => order ?? []),
    grants: grantsFor(
      drafts.map(({ payout }) => payout),
      random,
      new Date(now.getTime() - 95 * day),
    ),
  }
}

type Context = {
  deps: Pick<Deps, 'vault' | 'config'>
  people: DemoPeople
  policy: { version: number; body: Policy }
  random: () => number
  index: number
  name: Story
  at: Date
  now: Date
}

function draftOf(context: Context): { payout: PastPayout; order: PastOrder | null } {
  const { deps, people, policy, random, index, name, at } = context
  const { vault, config } = deps
  const id = uuidFrom(random)
  const receiver = pick(people.receivers, random)
  const account = pick(accounts[receiver.email] ?? [], random)
  const source: PayoutSource = pick(['browser', 'browser', 'desk', 'api'] as const, random)
  const currency = (index % 5 === 4 ? config.currencies[1] : undefined) ?? config.currencies[0] ?? 'EUR'
  const isLarge = name === 'half_approved' || (index % 7 === 3 && name === 'paid')
  const amountMinor = amountFrom(random, currency, isLarge)
  const asker = askerOf(source, receiver, people)
  const idempotencyKey = `demo-past-${String(index).padStart(2, '0')}`
  const clientOrderId = deriveClientOrderId(idempotencyKey)
  const destination = destinationFields(config.requiredFields, account, receiver.name)
  const externalId = receiver.email
  const demands = demandsOf(policy.body, { amountMinor, currency, source }, 'none')
  const tale = tell(
    { ...context, approvers: people.approvers },
    {
      orderId: String(1_600_000_000_001 + index),
      needed: approversNeeded(demands),
      amount: formatAmount(amountMinor, currency),
      currency,
      asker,
      receiver,
    },
  )
  const judged = tale.steps.some(({ moved }) => moved?.move === 'validate')
  const payout: PastPayout = {
    id,
    amountMinor,
    currency,
    description: source === 'api' ? `Order ${900 + index}` : null,
    receiverId: receiver.receiverId ?? '',
    destination,
    payAt: null,
    accountLast4: lastFour(account.number),
    source,
    requestedById: asker.kind === 'user' ? asker.id : null,
    apiKeyId: asker.kind === 'api_key' ? asker.id : null,
    idempotencyKey,
    clientOrderId,
    contentHash: contentHash(vault, {
      id,
      clientOrderId,
      amountMinor,
      currency,
      payAt: null,
      destination,
      receiver: { externalId },
    }),
    requestHash: vault.seal(createHash('sha256').update(idempotencyKey).digest('hex'), requestPlace(id)),
    policyVersion: policy.version,
    reserves: source === 'browser',
    statusTokenHash: hashToken(statusToken(config, id)),
    returnTokenHash: hashToken(returnToken(config, id)),
    createdAt: at,
    asker,
    ...tale,
    facts: {
      ...tale.facts,
      ...(judged && {
        approvalsRequired: approversNeeded(demands),
        policyNote: {
          autoApproveBelow: formatAmount(0n, currency),
          currency,
          approved: false,
          why: 'No automatic approval for this currency.',
          version: policy.version,
          demands,
        },
      }),
    },
  }
  const { gatewayStatus, gatewayStage, gatewayCode, gatewayMessage, orderId } = payout.facts
  const order: PastOrder | null =
    orderId == null || gatewayStatus == null || gatewayStage == null
      ? null
      : {
          orderId,
          clientOrderId,
          amount: formatAmount(amountMinor, currency),
          currency,
          status: gatewayStatus,
          stage: gatewayStage,
          form: name === 'action_required',
          paid: payout.facts.payClaimedAt != null && name !== 'paying',
          errorCode: gatewayCode ?? null,
          errorMessage: gatewayMessage ?? null,
          callbackUrl: `${config.appUrl}/api/cardzo/callback`,
          redirectUrl: `${config.appUrl}/pay/${returnToken(config, id)}/return`,
          accountLast4: lastFour(account.number),
          receiverName: receiver.name,
        }
  return { payout, order }
}

function askerOf(source: PayoutSource, receiver: User, { clerk, shop }: DemoPeople): Actor {
  if (source === 'api') return shop
  const { id, name, role, receiverId } = source === 'desk' ? clerk : receiver
  return { kind: 'user', id, name, role, receiverId }
}

/** Whatever fields the endpoint requires, filled in plausibly. */
function destinationFields(
  required: readonly string[],
  account: { number: string; bank: string },
  name: string,
): Record<string, string> {
  const [first = name, ...rest] = name.split(' ')
  const values: Record<string, string> = {
    account_number: account.number,
    bank_name: account.bank,
    first_name: first,
    last_name: rest.join(' ') || first,
    email: 'receiver@demo.example',
    ipaddress: '127.0.0.1',
  }
  return Object.fromEntries(required.map((field) => [field, values[field] ?? 'Example']))
}

/** So that each receiver had what their payouts set aside. */
function grantsFor(payouts: readonly PastPayout[], random: () => number, at: Date): PastGrant[] {
  const sums = new Map<string, PastGrant>()
  for (const { reserves, receiverId, currency, amountMinor } of payouts) {
    if (!reserves) continue
    const key = `${receiverId} ${currency}`
    const known = sums.get(key)
    if (known) known.amountMinor += amountMinor
    else
      sums.set(key, {
        id: uuidFrom(random),
        receiverId,
        currency,
        amountMinor,
        reference: `demo-past-${currency}-${receiverId}`,
        at,
      })
  }
  return [...sums.values()]
}

/** Amounts that end in 0 or 5 choose no scenario of the simulator, should somebody retry one. */
function amountFrom(random: () => number, currency: string, isLarge: boolean): bigint {
  const unit = 10n ** BigInt(exponentOf(currency))
  const whole = BigInt(Math.floor(isLarge ? 1200 + random() * 2800 : 20 + random() ** 2 * 760))
  return whole * unit + (BigInt(Math.floor(random() * 20)) * unit) / 20n
}
