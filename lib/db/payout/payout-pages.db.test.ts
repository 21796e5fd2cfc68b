/**
 * Every filter, sort and page size against a plain filter over all payouts in memory. Limits are set low as well, so that small data goes
 * every way that a million payouts go: walked, looked through in parts, collected.
 */
import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { openStatuses, payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutFilter, PayoutSort } from '#lib/services/ports.ts'
import { payoutPlace } from './payout-rows.ts'
import { findPage, sumsOf, usualLimits } from './payout-pages.ts'
import type { Limits } from './payout-pages.ts'
import { keepSearch } from './search-rows.ts'

/** On a machine that runs other tests beside it. */
const patientTransaction = { timeout: 50_000, maxWait: 20_000 }

type Row = {
  id: string
  seq: bigint
  status: (typeof payoutStatuses)[number]
  amountMinor: bigint
  currency: string
  receiver: number
  bank: string
  account: string
  source: 'browser' | 'desk' | 'api'
  risk: 'none' | 'low' | 'medium' | 'high' | null
  code: string | null
  /** Of the policy, that asked people to approve it. */
  rule: string | null
  endpointId: number
  orderId: string | null
  clientOrderId: string
  description: string | null
  metadata: Record<string, string>
  approvers: number[]
  createdAt: Date
  stageSince: Date
}

let database: Awaited<ReturnType<typeof createTestDatabase>>
let prisma: ReturnType<typeof createPrisma>
let rows: Row[]
const oldKey = { id: 'old', key: Buffer.alloc(32, 1) }
const newKey = { id: 'new', key: Buffer.alloc(32, 2) }
const vault = createVault([oldKey])

const receivers = ['cust-1', 'cust-2', 'ann-smith', 'zoe'].map((externalId, n) => ({
  id: `00000000-0000-4000-8000-00000000020${n}`,
  externalId,
  email: `${externalId}@example.com`,
  firstName: ['Ada', 'Ann', 'Bob', 'Zoë'][n] ?? '',
}))
const approvers = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000030${n}`)
const banks = ['Deutsche Bank', 'BNP Paribas', 'Crédit Agricole', '']
const accounts = ['DE89370400440532013000', 'FR1420041010050500013M02606', '12345678']
const texts = ['Invoice 17', 'salary november', 'bonus', null]
const started = Date.UTC(2026, 9, 1)
const minute = 60_000

/** Always the same rows, so that a failure comes again. */
function randomRow(n: number): Row {
  const digest = createHash('sha256').update(`row ${n}`).digest()
  const pick = <T>(at: number, values: readonly T[]): T => values[(digest[at] ?? 0) % values.length] as T
  const status = pick(0, payoutStatuses)
  const createdAt = new Date(started + n * 97 * minute + (digest[1] ?? 0) * 1000)
  return {
    id: digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    seq: BigInt(n + 1),
    status,
    amountMinor: BigInt(1 + ((digest[2] ?? 0) % 20)) * 100n,
    currency: pick(3, ['EUR', 'EUR', 'USD', 'JPY']),
    receiver: pick(4, [0, 1, 2, 3]),
    bank: pick(5, banks),
    account: pick(6, accounts),
    source: pick(7, ['browser', 'desk', 'api', 'api']),
    risk: pick(8, ['none', 'low', 'medium', 'high', null]),
    code: pick(9, [null, null, '5', '1001']),
    rule: pick(15, [null, 'Large', 'Every "payout"']),
    endpointId: pick(16, [1, 1, 2, 7]),
    orderId: pick(10, [null, 'given', 'given']) && String(6_700_000 + n * 31),
    clientOrderId: `po-${digest.toString('hex').slice(40, 52)}`,
    description: pick(11, texts),
    metadata: pick(12, [{}, { team: 'north' }, { team: 'south', run: `r${n}` }]),
    approvers: pick(13, [[], [0], [1], [0, 1]]),
    createdAt,
    stageSince: new Date(createdAt.getTime() + (digest[14] ?? 0) * 10 * minute),
  }
}

beforeAll(async () => {
  database = await createTestDatabase()
  prisma = createPrisma(database.url)
  rows = Array.from({ length: 240 }, (_, n) => randomRow(n))
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    for (const { id, externalId, email, firstName } of receivers)
      await tx.receiver.create({ data: { id, externalId, email, firstName } })
    await tx.payoutSum.createMany({
      data: ['EUR', 'USD', 'JPY'].map((currency) => ({
        currency,
        status: 'paid',
        payouts: 0n,
        amountMinor: 0n,
      })),
    })
    for (const row of rows) {
      const receiverId = receivers[row.receiver]?.id ?? ''
      const fields = { account_number: row.account, ...(row.bank !== '' && { bank_name: row.bank }) }
      await tx.payout.create({
        data: {
          ...{ id: row.id, seq: row.seq, status: row.status, amountMinor: row.amountMinor },
          ...{ currency: row.currency, receiverId, source: row.source, judgedSource: row.source },
          ...{
            endpointId: row.endpointId,
            gatewayCode: row.code,
            orderId: row.orderId,
            clientOrderId: row.clientOrderId,
          },
          ...{ description: row.description, metadata: row.metadata, createdAt: row.createdAt },
          ...(row.rule !== null && {
            approvedAt: row.createdAt,
            approvalsRequired: 1,
            policyNote: { approved: false, demands: [{ rule: 'Another' }, { rule: row.rule, approvers: 1 }] },
          }),
          ...(row.risk && { risk: { level: row.risk, checks: [], at: '' } }),
          destinationSealed: vault.seal(JSON.stringify(fields), payoutPlace(row.id)),
          accountLast4: row.account.slice(-4),
          contentHash: 'f1.old.x',
          idempotencyKey: randomUUID(),
          requestHash: 'v1.x',
          statusTokenHash: randomUUID(),
          returnTokenHash: randomUUID(),
          stageSince: row.stageSince,
          finalAt: openStatuses.includes(row.status) ? null : row.stageSince,
        },
      })
      await tx.approval.createMany({
        data: row.approvers.map((n) => ({
          ...{ id: randomUUID(), payoutId: row.id, payoutSeq: row.seq, contentHash: '' },
          ...{ approverId: approvers[n] ?? '', approverName: 'x', personId: approvers[n] ?? '' },
          ...{ amountMinor: 1n, currency: 'EUR', openKey: `${row.id}:${approvers[n] ?? ''}` },
        })),
      })
    }
    // One that no longer counts.
    await tx.approval.create({
      data: {
        ...{ id: randomUUID(), payoutId: rows[0]?.id ?? '', payoutSeq: 1n, contentHash: '' },
        ...{ approverId: approvers[2] ?? '', approverName: 'x', personId: approvers[2] ?? '' },
        ...{ amountMinor: 1n, currency: 'EUR', voidedAt: new Date() },
      },
    })
  }, patientTransaction)
}, 60_000)
afterAll(async () => {
  await prisma.$disconnect()
  await database.drop()
})

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .trim()
const has = (text: string | null, part: string) => (text ?? '').toLowerCase().includes(part.toLowerCase())
const digits: Record<string, number> = { EUR: 2, USD: 2, JPY: 0 }

/** What the desk's search means, read from the port's comment. */
function isFound(row: Row, search: string): boolean {
  const receiver = receivers[row.receiver]
  const asAmount = /^\d+(\.\d+)?$/.test(search) && Number(search) * 10 ** (digits[row.currency] ?? 2)
  return (
    (/^[0-9a-f-]{4,}$/i.test(search) &&
      (row.id.startsWith(search.toLowerCase()) || row.id.replaceAll('-', '').startsWith(search))) ||
    row.clientOrderId.startsWith(search) ||
    (/^\d{3,}$/.test(search) ? row.orderId?.startsWith(search) === true : row.orderId === search) ||
    row.account.slice(-4) === search ||
    (/\d/.test(search) && search.length >= 6 && row.account === search.toUpperCase().replaceAll(' ', '')) ||
    (plain(search) !== '' && plain(row.bank) === plain(search)) ||
    has(row.description, search) ||
    Object.values(row.metadata).some((value) => has(value, search)) ||
    asAmount === Number(row.amountMinor) ||
    has(receiver?.externalId ?? '', search) ||
    has(receiver?.email ?? '', search) ||
    has(receiver?.firstName ?? '', search)
  )
}

function fits(row: Row, filter: PayoutFilter): boolean {
  const isOpen = openStatuses.includes(row.status)
  return (
    (filter.statuses?.includes(row.status) ?? true) &&
    (filter.search === undefined || isFound(row, filter.search)) &&
    (filter.receiverExternalId === undefined ||
      receivers[row.receiver]?.externalId === filter.receiverExternalId) &&
    (filter.createdFrom === undefined || row.createdAt >= filter.createdFrom) &&
    (filter.createdBefore === undefined || row.createdAt < filter.createdBefore) &&
    (filter.currency === undefined || row.currency === filter.currency) &&
    (filter.minMinor === undefined || row.amountMinor >= filter.minMinor) &&
    (filter.maxMinor === undefined || row.amountMinor <= filter.maxMinor) &&
    (filter.sources?.includes(row.source) ?? true) &&
    (filter.bank === undefined || plain(row.bank) === plain(filter.bank)) &&
    (filter.accountLast4 === undefined || row.account.slice(-4) === filter.accountLast4) &&
    (filter.approvedById === undefined || row.approvers.some((n) => approvers[n] === filter.approvedById)) &&
    (filter.risks === undefined || (row.risk !== null && filter.risks.includes(row.risk))) &&
    (filter.code === undefined || row.code === filter.code) &&
    (filter.rule === undefined || row.rule === filter.rule) &&
    (filter.endpointId === undefined || row.endpointId === filter.endpointId) &&
    (filter.waitingSince === undefined || (isOpen && row.stageSince <= filter.waitingSince))
  )
}

function sorted(found: Row[], sort: PayoutSort): bigint[] {
  const keys: Record<PayoutSort, (row: Row) => [number, number]> = {
    newest: ({ seq }) => [-Number(seq), 0],
    oldest: ({ seq }) => [Number(seq), 0],
    largest: ({ amountMinor, seq }) => [-Number(amountMinor), -Number(seq)],
    smallest: ({ amountMinor, seq }) => [Number(amountMinor), Number(seq)],
    waiting: ({ stageSince, seq }) => [stageSince.getTime(), Number(seq)],
  }
  const key = keys[sort]
  return found
    .filter(({ status }) => sort !== 'waiting' || openStatuses.includes(status))
    .sort((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1])
    .map(({ seq }) => seq)
}

const day = fc.integer({ min: 0, max: 17 }).map((n) => new Date(started + n * 24 * 60 * minute))
const searches = fc.oneof(
  fc.constantFrom(
    'ada',
    'ann',
    'a',
    'zz',
    'north',
    'SALARY',
    'invoice 17',
    'voice 17',
    '17 invoice',
    'salary NOV',
    'ry november',
    'deutsche bank',
    'credit agricole',
  ),
  fc.constantFrom('3000', '12.00', '1200', '5', 'po-', '67', '670', 'cust-1', 'example.com', '12345678'),
  fc.constantFrom('DE89 3704 0044 0532 0130 00', 'nobody at all', '%', '_'),
  fc.nat(239).chain((n) => {
    const { id, clientOrderId, orderId } = randomRow(n)
    return fc.constantFrom(id, id.slice(0, 5), id.slice(0, 11), clientOrderId.slice(0, 8), orderId ?? id)
  }),
)
const filters: fc.Arbitrary<PayoutFilter> = fc
  .record(
    {
      statuses: fc.subarray([...payoutStatuses]),
      search: searches,
      receiverExternalId: fc.constantFrom('cust-1', 'zoe', 'nobody'),
      createdFrom: day,
      createdBefore: day,
      currency: fc.constantFrom('EUR', 'USD'),
      minMinor: fc.constantFrom(300n, 800n),
      maxMinor: fc.constantFrom(800n, 1500n),
      sources: fc.subarray(['browser', 'desk', 'api'] as const, { minLength: 1 }),
      bank: fc.constantFrom('DEUTSCHE  BANK', 'Credit Agricole', 'no bank'),
      accountLast4: fc.constantFrom('3000', '5678'),
      approvedById: fc.constantFrom(...approvers),
      risks: fc.subarray(['none', 'low', 'medium', 'high'] as const, { minLength: 1 }),
      code: fc.constantFrom('5', '9'),
      rule: fc.constantFrom('Large', 'Every "payout"', 'large'),
      endpointId: fc.constantFrom(1, 2, 3),
      waitingSince: day,
    },
    { requiredKeys: [] },
  )
  // A handful of parts at a time, or nothing would ever fit.
  .chain((filter) => fc.subarray(Object.keys(filter), { maxLength: 4 }).map((kept) => ({ filter, kept })))
  .map(({ filter, kept }) => {
    const some = Object.fromEntries(Object.entries(filter).filter(([name]) => kept.includes(name)))
    const { minMinor, maxMinor, ...rest } = some as PayoutFilter
    return rest.currency === undefined
      ? rest
      : { ...rest, ...(minMinor && { minMinor }), ...(maxMinor && { maxMinor }) }
  })

const limitsOf: Limits[] = [
  usualLimits,
  { receivers: 500, texts: 500, lookThrough: 7, collect: 0, sums: 240 },
  { receivers: 1, texts: 3, lookThrough: 13, collect: 20, sums: 60 },
]

/** All pages, one after the other, against the plain filter. */
async function hold(given: PayoutFilter, sort: PayoutSort, limit: number, limits: Limits): Promise<void> {
  const byAmount = sort === 'largest' || sort === 'smallest'
  const filter: PayoutFilter = byAmount ? { currency: 'EUR', ...given } : given
  const expected = rows.filter((row) => fits(row, filter))
  const tables = { prisma, vault, limits }
  const got: bigint[] = []
  let cursor: string | undefined
  do {
    const page = await findPage(tables, filter, { limit, sort, cursor })
    expect(page.seqs.length).toBeLessThanOrEqual(limit)
    got.push(...page.seqs)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(got).toEqual(sorted(expected, sort))
  const isKept = Object.keys(filter).every((name) => ['statuses', 'currency'].includes(name))
  const sums = isKept ? null : await sumsOf(tables, filter)
  if (sums) {
    expect(sums.reduce((all, { count }) => all + count, 0)).toBe(expected.length)
    expect(sums.reduce((all, { amountMinor }) => all + amountMinor, 0n)).toBe(
      expected.reduce((all, { amountMinor }) => all + amountMinor, 0n),
    )
  }
}

it('gives each payout that fits once, in order, however it is filtered, sorted and cut into pages', async () => {
  await keepSearch(prisma, vault)
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.constantFrom<PayoutSort>('newest', 'oldest', 'largest', 'smallest', 'waiting'),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(...limitsOf),
      hold,
    ),
    { numRuns: 150 },
  )
}, 120_000)

it('does so where an index answers a part of what the others ask', async () => {
  await keepSearch(prisma, vault)
  const parts = fc
    .record({
      way: fc.constantFrom<PayoutFilter>(
        { statuses: ['paid', 'failed', 'requested'] },
        { bank: 'deutsche bank' },
        { sources: ['api', 'desk'] },
        { statuses: ['paid', 'processing'], bank: 'bnp paribas' },
      ),
      basics: fc.constantFrom<PayoutFilter>(
        { currency: 'EUR' },
        { currency: 'USD', minMinor: 800n },
        { currency: 'EUR', minMinor: 300n, maxMinor: 1_500n },
        { sources: ['api'] },
        { sources: ['browser', 'api'], currency: 'EUR' },
      ),
      beyond: fc.constantFrom<PayoutFilter>({}, {}, { risks: ['none', 'low'] }, { endpointId: 1 }),
    })
    .map(({ way, basics, beyond }): PayoutFilter => ({ ...way, ...basics, ...beyond }))
  await fc.assert(
    fc.asyncProperty(
      parts,
      fc.constantFrom<PayoutSort>('newest', 'oldest', 'largest'),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(...limitsOf),
      hold,
    ),
    { numRuns: 60 },
  )
}, 120_000)

it('adds up what a small filter finds, and not what may be too much', async () => {
  const limits = { ...usualLimits, sums: 100 }
  expect(await sumsOf({ prisma, vault, limits }, { createdFrom: new Date(started) })).toBeNull()
  const paid = await sumsOf({ prisma, vault, limits }, { statuses: ['paid'], code: '5' })
  expect(paid?.length).toBeGreaterThan(0)
})

it('finds banks and accounts while the data key is replaced, and after it', async () => {
  const ofBank = rows.filter(({ bank }) => bank === 'BNP Paribas').length
  const both = createVault([newKey, oldKey])
  const count = async (under: typeof vault) =>
    (await findPage({ prisma, vault: under }, { bank: 'bnp paribas' }, { limit: 500 })).seqs.length
  expect(await count(both)).toBe(ofBank)
  await keepSearch(prisma, both)
  expect(await count(both)).toBe(ofBank)
  expect(await count(createVault([newKey]))).toBe(ofBank)
  expect(
    (await findPage({ prisma, vault: both }, { search: accounts[1] ?? '' }, { limit: 500 })).seqs,
  ).toHaveLength(rows.filter(({ account }) => account === accounts[1]).length)
})
